import type { NotificationKind } from "@harness/protocol";

/** A notification that waits to be sent. */
export interface Waiting {
  readonly kind: NotificationKind;
  readonly not_before: number;
  /** Set from the first try on. */
  readonly batch_id: string | null;
}

/** The rules of a channel about time. */
export interface Timing {
  /** Kinds that pass quiet hours. */
  readonly urgent: readonly NotificationKind[];
  /** The end of the quiet hours a time lies in, or the time itself. */
  readonly quietUntil: (time: number) => number;
}

/** What a channel sends next, and when; what is sent may be more once the time has come. */
export interface Batch<W> {
  readonly at: number;
  readonly rows: readonly W[];
}

/**
 * The next message of a channel: whatever waits goes together as soon as the first of it is due. In quiet hours only
 * urgent kinds do. A message that was tried before is repeated as it was; until it is through or given up, nothing
 * else is sent over the channel. Undefined when nothing waits.
 */
export function nextBatch<W extends Waiting>(
  rows: readonly W[],
  timing: Timing,
  now: number,
): Batch<W> | undefined {
  const isUrgent = (row: W) => timing.urgent.includes(row.kind);
  const begun = rows.filter((row) => row.batch_id !== null);
  if (begun.length > 0) {
    const due = Math.max(...begun.map((row) => row.not_before));
    return { at: begun.some(isUrgent) ? due : timing.quietUntil(Math.max(due, now)), rows: begun };
  }
  const urgent = rows.filter(isUrgent);
  const ordinary = rows.filter((row) => !isUrgent(row));
  const times = [
    ...(urgent.length > 0 ? [first(urgent)] : []),
    ...(ordinary.length > 0 ? [timing.quietUntil(Math.max(first(ordinary), now))] : []),
  ];
  if (times.length === 0) return undefined;
  const quiet = timing.quietUntil(now) > now;
  return { at: Math.min(...times), rows: quiet ? urgent : rows };
}

function first(rows: readonly Waiting[]): number {
  return Math.min(...rows.map((row) => row.not_before));
}

/** A message that failed this often is given up. */
export const MAX_TRIES = 8;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** The pause after a failed try (milliseconds): a minute that doubles up to an hour, or longer when the receiver asks for it. */
export function pauseAfter(tries: number, askedMs = 0): number {
  return Math.max(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1)), askedMs);
}
