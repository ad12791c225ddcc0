const SECOND_MS = 1_000;
const LONGEST_PAUSE_MS = 60 * SECOND_MS;
/** A server that ran this long was healthy: its crash is the first one again. */
const HEALTHY_MS = 5 * 60 * SECOND_MS;
/** So many crashes in so long a time are not going to end by themselves. */
const MOST_CRASHES = 10;
const WITHIN_MS = 15 * 60 * SECOND_MS;

/** What a supervisor remembers of crashes. */
export interface CrashHistory {
  /** Crashes without five healthy minutes between them. */
  readonly inARow: number;
  /** When the latest ones were (epoch milliseconds). */
  readonly times: readonly number[];
}

/** Nothing has crashed. */
export const noCrashes: CrashHistory = { inARow: 0, times: [] };

/** What to do after a crash. */
export type AfterCrash =
  | { readonly type: "start"; readonly afterMs: number; readonly history: CrashHistory }
  | { readonly type: "give_up"; readonly reason: string };

/**
 * Decides about a crash: start again after 1 s, 2 s, 4 s … 60 s; from 1 s again after five healthy minutes; give up
 * after ten crashes within fifteen minutes.
 */
export function afterCrash(history: CrashHistory, crash: { at: number; uptimeMs: number }): AfterCrash {
  const times = [...history.times.filter((time) => crash.at - time < WITHIN_MS), crash.at];
  if (times.length >= MOST_CRASHES)
    return {
      type: "give_up",
      reason: `The server crashed ${times.length} times within ${WITHIN_MS / 60_000} minutes.`,
    };
  const inARow = crash.uptimeMs >= HEALTHY_MS ? 1 : history.inARow + 1;
  const afterMs = Math.min(LONGEST_PAUSE_MS, SECOND_MS * 2 ** (inARow - 1));
  return { type: "start", afterMs, history: { inARow, times } };
}
