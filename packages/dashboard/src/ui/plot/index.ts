export { Plot } from "./plot.tsx";
export type { PlotSeries } from "./series.ts";
