/** One figure with its unit. */
export interface Figure {
  readonly name: string;
  readonly value: number;
}

/** What one run of a row measured. */
export interface Measurement {
  readonly value: number;
  readonly unit: string;
  /** The same work without Harness, measured in the same run. */
  readonly floor?: Figure | undefined;
  /** Whether the goal was met; the row knows its goal. */
  readonly met: boolean;
  /** Facts a reader needs to judge the figure. */
  readonly note?: string | undefined;
}

/** One published number: the id is the promise it proves (`test/requirements`). */
export interface BenchRow {
  readonly id: string;
  readonly title: string;
  readonly goal: string;
  run(): Promise<Measurement>;
}
