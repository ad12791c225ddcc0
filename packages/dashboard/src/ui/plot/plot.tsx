import { lazy, type ReactNode, Suspense, useId, useState } from "react";
import { Table } from "../panel.tsx";
import type { PlotKind, PlotSeries } from "./series.ts";
import { Swatch } from "./swatch.tsx";
import { type Unit, wordsOf } from "./units.ts";

// A picture that cannot be painted takes nothing else of the screen with it.
const Canvas = lazy(() => import("./canvas.tsx").catch(() => ({ default: Unpainted })));

function Unpainted(): ReactNode {
  return <p className="text-sm text-muted">The plot cannot be painted here; its figures stand below.</p>;
}

interface PlotProps {
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly summary: string;
  /** What the labels are, such as `Day`. */
  readonly of: string;
  /** Short, below the plot. */
  readonly labels: readonly string[];
  /** The same as the table says them. */
  readonly names?: readonly string[];
  /** From the ground up. Not made anew without need: a new one is painted anew. */
  readonly series: readonly PlotSeries[];
  readonly kind: PlotKind;
  readonly unit: Unit;
  /** What the table says where there is no value. */
  readonly blank?: string;
  readonly height?: number;
}

/** Figures over time as a picture, as a sentence, and as a table: whoever does not see the first reads the others. */
export function Plot({
  title,
  summary,
  of,
  labels,
  names = labels,
  series,
  kind,
  unit,
  blank = "none",
  height = 160,
}: PlotProps): ReactNode {
  const id = useId();
  const [point, setPoint] = useState<number | null>(null);
  const { say } = wordsOf(unit);
  const words = ({ values, blanks }: PlotSeries, index: number) => {
    const value = values[index] ?? null;
    return value === null ? (blanks?.[index] ?? blank) : say(value);
  };
  return (
    <figure aria-labelledby={id} className="flex min-w-0 flex-col gap-2">
      <figcaption className="flex flex-col">
        <h3 id={id} className="font-medium">
          {title}
        </h3>
        <span className="text-sm text-muted">{summary}</span>
      </figcaption>
      <div style={{ minHeight: height }}>
        <Suspense fallback={<p className="text-sm text-muted">The plot is being loaded.</p>}>
          <Canvas {...{ labels, series, kind, unit, height, onPoint: setPoint }} />
        </Suspense>
      </div>
      <ul className="flex flex-wrap gap-x-3 gap-y-1 text-sm" aria-label={`What ${title} shows`}>
        {series.map((one) => (
          <li key={one.name} className="flex items-center gap-1.5">
            <Swatch series={one} kind={kind} />
            {one.name}
            {point !== null && <span className="font-medium">{words(one, point)}</span>}
          </li>
        ))}
        {point !== null && <li className="text-muted">{names[point]}</li>}
      </ul>
      <details className="text-sm">
        <summary className="w-fit rounded text-muted hover:text-ink">
          Show the figures<span className="sr-only"> of {title}</span>
        </summary>
        <Table caption={`Figures of ${title}`} head={[of, ...series.map(({ name }) => name)]}>
          {names.map((name, index) => (
            <tr key={name}>
              <td className="whitespace-nowrap">{name}</td>
              {series.map((one) => (
                <td key={one.name}>{words(one, index)}</td>
              ))}
            </tr>
          ))}
        </Table>
      </details>
    </figure>
  );
}
