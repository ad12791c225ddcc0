import "uplot/dist/uPlot.min.css";
import { type ReactNode, useEffect, useRef } from "react";
import uPlot from "uplot";
import { fillOf, type Palette, usePalette } from "./palette.ts";
import { columnsOf, dashes, type PlotKind, type PlotSeries, shownLabels } from "./series.ts";
import { type Unit, wordsOf } from "./units.ts";

/** What is painted, and who is told of the label the pointer is at. */
export interface PlotCanvasProps {
  readonly labels: readonly string[];
  readonly series: readonly PlotSeries[];
  readonly kind: PlotKind;
  readonly unit: Unit;
  readonly height: number;
  readonly onPoint: (index: number | null) => void;
}

const FONT = '11px ui-sans-serif, system-ui, "Segoe UI", sans-serif';
/** The room a label below takes, in pixels. */
const LABEL = 52;

/**
 * The painted part of a plot; loaded only where one is shown. It is painted anew when the theme changes and follows the
 * width it is given. What it shows also stands beside it as text, so it is hidden from those who do not see it.
 */
export default function PlotCanvas(props: PlotCanvasProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const palette = usePalette();
  const { labels, series, kind, unit, height } = props;
  const told = useRef(props.onPoint);
  told.current = props.onPoint;
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const columns = columnsOf(series, kind);
    const plot = new uPlot(
      {
        width: Math.max(element.clientWidth, 100),
        height,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { show: kind === "lines" } },
        scales: scalesOf(labels.length, unit),
        axes: axesOf(labels, unit, palette),
        series: [{}, ...columns.map((one) => seriesOf(one.series, kind, palette))],
        hooks: { setCursor: [({ cursor }) => told.current(cursor.idx ?? null)] },
      },
      [labels.map((_, index) => index), ...columns.map(({ values }) => values)],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [labels, series, kind, unit, height, palette]);
  return <div ref={place} aria-hidden className="w-full min-w-0 overflow-hidden" />;
}

function scalesOf(labels: number, unit: Unit): uPlot.Scales {
  const { most } = wordsOf(unit);
  return {
    x: { time: false, range: [-0.6, Math.max(labels, 1) - 0.4] },
    y: { range: (_, __, max) => [0, most ?? (max > 0 ? max * 1.1 : 1)] },
  };
}

function axesOf(labels: readonly string[], unit: Unit, { text, line }: Palette): uPlot.Axis[] {
  const { say, steps } = wordsOf(unit);
  const look = { stroke: text, font: FONT, ticks: { show: false } };
  return [
    {
      ...look,
      grid: { show: false },
      size: 24,
      splits: ({ bbox }) => shownLabels(labels.length, bbox.width / uPlot.pxRatio, LABEL),
      values: (_, splits) => splits.map((index) => labels[index] ?? ""),
    },
    {
      ...look,
      grid: { stroke: line, width: 1 },
      size: (plot, values) => {
        plot.ctx.font = FONT;
        const widest = Math.max(0, ...(values ?? []).map((value) => plot.ctx.measureText(value).width));
        return Math.ceil(widest / uPlot.pxRatio) + 16;
      },
      values: (_, splits) => splits.map(say),
      ...(steps === undefined ? {} : { incrs: [...steps] }),
    },
  ];
}

function seriesOf({ name, colour, mark }: PlotSeries, kind: PlotKind, palette: Palette): uPlot.Series {
  const ink = palette.inks[colour];
  if (kind === "lines")
    return {
      label: name,
      stroke: ink,
      width: 2,
      dash: [...dashes[mark]],
      // A day between two without a value would not be seen as a line.
      points: { show: true, size: 6, fill: mark === "solid" ? ink : palette.ground },
    };
  return {
    label: name,
    stroke: ink,
    width: 1,
    fill: ({ ctx }) => fillOf(ctx, palette, ink, mark),
    paths: uPlot.paths.bars!({ size: [0.7, 36] }),
    points: { show: false },
  };
}
