/** What colours of the page a plot may use; red is for what broke, amber for nothing here. */
export type PlotColour = "working" | "review" | "accent" | "done" | "broken" | "muted";

/** How bars are filled, or lines dashed, in this order: two series of a plot differ by more than their colour. */
export const marks = ["solid", "striped", "dotted", "crossed", "hollow"] as const;
export type Mark = (typeof marks)[number];

/** One thing that is plotted: a value for each label, null where there is none. */
export interface PlotSeries {
  readonly name: string;
  readonly colour: PlotColour;
  readonly mark: Mark;
  readonly values: readonly (number | null)[];
  /** What is said where there is no value, for each label; what the plot says unless given. */
  readonly blanks?: readonly string[];
}

/** Bars stand on each other; lines have gaps where there is nothing. */
export type PlotKind = "bars" | "lines";

/** The lengths of the parts of a dashed line, for each mark. */
export const dashes: Readonly<Record<Mark, readonly number[]>> = {
  solid: [],
  striped: [7, 4],
  dotted: [2, 3],
  crossed: [9, 3, 2, 3],
  hollow: [1, 5],
};

/**
 * The columns that are drawn, in the order in which they are drawn. Bars that stand on each other are drawn as whole
 * heights, the highest first, so that each later one covers the lower part.
 */
export function columnsOf(
  series: readonly PlotSeries[],
  kind: PlotKind,
): readonly { readonly series: PlotSeries; readonly values: (number | null)[] }[] {
  if (kind === "lines") return series.map((one) => ({ series: one, values: [...one.values] }));
  const below: number[] = [];
  return series
    .map((one) => ({
      series: one,
      values: one.values.map((value, index) => {
        if (value === null || value === 0) return null;
        below[index] = (below[index] ?? 0) + value;
        return below[index];
      }),
    }))
    .reverse();
}

/** The labels that fit beside each other: every nth, counted from the newest. */
export function shownLabels(labels: number, room: number, width: number): number[] {
  const every = Math.max(1, Math.ceil((labels * width) / Math.max(room, width)));
  return Array.from({ length: labels }, (_, index) => index).filter(
    (index) => (labels - 1 - index) % every === 0,
  );
}
