/** How long the receiver asks to be left alone (milliseconds, a day at most): seconds or a date; 0 when it does not say. */
export function retryAfterMs(header: string | undefined, now: number): number {
  const DAY_MS = 86_400_000;
  if (header === undefined) return 0;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), DAY_MS) : 0;
}
