/** Millionths of a dollar in a dollar: money is added up in whole ones, so that no sum drifts. */
const MICRO = 1_000_000;

/** Dollars as whole micro-dollars, rounded to the nearest. */
export function toMicro(usd: number): number {
  return Math.round(usd * MICRO);
}

/** Whole micro-dollars as dollars. */
export function fromMicro(micro: number): number {
  return micro / MICRO;
}
