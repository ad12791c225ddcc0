import { count, duration, money, percent } from "../figures.ts";

/** What a plot's numbers are: how they are said, where its axis has lines, and how far it reaches. */
interface UnitWords {
  readonly say: (value: number) => string;
  /** The distances the lines of the axis may have; the library's own unless given. */
  readonly steps?: readonly number[];
  /** The highest value there is. */
  readonly most?: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const decades = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

export const units = {
  count: { say: count, steps: decades.flatMap((ten) => [ten, 2 * ten, 5 * ten]) },
  money: { say: money },
  share: { say: percent, steps: [0.25, 0.5], most: 1 },
  time: {
    say: duration,
    steps: [
      ...[100, 200, 500],
      ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
      ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
      ...[1, 2, 4, 8, 12, 24, 48, 96, 240].map((n) => n * HOUR),
    ],
  },
} as const satisfies Record<string, UnitWords>;
export type Unit = keyof typeof units;

/** The words of a unit, each as it may be. */
export function wordsOf(unit: Unit): UnitWords {
  return units[unit];
}
