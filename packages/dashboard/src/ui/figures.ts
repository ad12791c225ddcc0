const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A stretch of time in at most two words: `340 ms`, `12 s`, `4 min 5 s`, `3 h 20 min`, `2 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < MINUTE) return `${Math.floor(ms / 1_000)} s`;
  if (ms < HOUR) return both(ms, MINUTE, "min", 1_000, "s");
  if (ms < DAY) return both(ms, HOUR, "h", MINUTE, "min");
  return both(ms, DAY, "d", HOUR, "h");
}

function both(ms: number, large: number, largeWord: string, small: number, smallWord: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeWord}${rest > 0 ? ` ${rest} ${smallWord}` : ""}`;
}

/** How long ago, as people say it. */
export function ago(ms: number): string {
  // Two clocks are never quite the same.
  if (ms < -5_000) return `in ${coarse(-ms)}`;
  return ms < 5_000 ? "now" : `${coarse(ms)} ago`;
}

function coarse(ms: number): string {
  if (ms < MINUTE) return `${Math.round(ms / 1_000)} s`;
  if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`;
  return ms < 2 * DAY ? `${Math.round(ms / HOUR)} h` : `${Math.round(ms / DAY)} d`;
}

/** Dollars; unknown is never zero. */
export function money(usd: number | null): string {
  if (usd === null) return "cost unknown";
  return usd !== 0 && usd < 0.01 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** A large number as `12.3k`, `4.5M`. */
export function count(n: number): string {
  if (n < 1_000) return String(n);
  if (n < 1_000_000) return `${trim(n / 1_000)}k`;
  return `${trim(n / 1_000_000)}M`;
}

/** Bytes as `12 kB`, `3.4 GB`. */
export function bytes(n: number): string {
  const words = ["B", "kB", "MB", "GB", "TB"];
  let value = n;
  let word = 0;
  while (value >= 1_000 && word < words.length - 1) {
    value /= 1_000;
    word += 1;
  }
  return `${trim(value)} ${words[word]}`;
}

/** A share of one as a percentage. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function trim(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, "");
}
