import { type Clock, callAt } from "@harness/protocol";
import { type Night, nightAt } from "../budgets/index.ts";
import type { Reports } from "./reports.ts";

/** What the report of the clock is made with. */
export interface DailyReportsDeps {
  readonly reports: Pick<Reports, "create" | "lastAutomatic" | "firstTask">;
  readonly clock: Clock;
  /** Time of day such as `07:00`, in the server's time zone; null makes none. */
  readonly at: string | null;
  readonly logger: { error(obj: object, msg: string): void };
}

/** Pause after a report that could not be made (milliseconds). */
const AGAIN_MS = 60_000;

/**
 * Makes a report each day at a time. Whether one is due is read from the reports themselves, so a server that was down
 * at that time makes it when it starts, and none is made twice. It tells everything since the one before.
 */
export class DailyReports {
  readonly #deps: DailyReportsDeps;
  readonly #stop = new AbortController();
  #forget = () => {};
  #running: Promise<void> = Promise.resolve();

  constructor(deps: DailyReportsDeps) {
    this.#deps = deps;
  }

  /** Makes the report that is due, if one is, and waits for the next. Never throws. */
  start(): void {
    if (this.#deps.at !== null) this.#look(this.#deps.at);
  }

  /** Ends; a report that is being made is given up, and the next start makes it. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#forget();
    await this.#running;
  }

  #look(at: string): void {
    const { clock, logger } = this.#deps;
    this.#running = this.#makeDue(at)
      .then(() => dayOf(at, clock.now()).ends)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) logger.error({ err: error }, "the daily report could not be made");
        return clock.now() + AGAIN_MS;
      })
      .then((next) => {
        if (!this.#stop.signal.aborted) this.#forget = callAt(clock, next, () => this.#look(at));
      });
  }

  async #makeDue(at: string): Promise<void> {
    const { reports, clock } = this.#deps;
    const due = dayOf(at, clock.now()).begins;
    const last = await reports.lastAutomatic();
    // Nothing was asked for before the first task: a new server has nothing to report.
    const begin = last ?? (await reports.firstTask());
    if (begin === undefined || begin >= due || this.#stop.signal.aborted) return;
    await reports.create({ since: last, automatic: true, actor: "timer", signal: this.#stop.signal });
  }
}

/** The day of reports a moment lies in: like a night, it goes from one time of day to the next, in the machine's zone. */
function dayOf(at: string, now: number): Night {
  return nightAt(now, { starts_at: at, timezone: null });
}
