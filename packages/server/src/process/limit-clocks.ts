/** The limits of one program, in milliseconds; what is absent is no limit. */
export interface ClockLimits {
  readonly idleMs?: number | undefined;
  readonly totalMs?: number | undefined;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The two clocks of something that runs: how long it may be silent, and how long it may take in all. While they are
 * held, for a person is asked, both stand still: the silence is counted anew afterwards, the total goes on.
 */
export class LimitClocks {
  readonly #limits: ClockLimits;
  readonly #onEnd: (reason: "timeout_idle" | "timeout_total") => void;
  #idle: NodeJS.Timeout | undefined;
  #total: NodeJS.Timeout | undefined;
  #leftMs: number;
  #startedAt = 0;
  #state: "new" | "going" | "over" = "new";
  #holds = 0;

  constructor(limits: ClockLimits, onEnd: (reason: "timeout_idle" | "timeout_total") => void) {
    this.#limits = limits;
    this.#onEnd = onEnd;
    this.#leftMs = limits.totalMs ?? 0;
  }

  /** Begins to count. */
  start(): void {
    this.#state = "going";
    if (this.#holds === 0) this.#go();
  }

  /** Something happened: the silence is over. */
  touch(): void {
    this.#idle?.refresh();
  }

  /** Both clocks stand still until what is returned was called. Several may hold them at once. */
  hold(): () => void {
    this.#holds += 1;
    if (this.#holds === 1) this.#halt();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds -= 1;
      if (this.#holds === 0 && this.#state === "going") this.#go();
    };
  }

  /** Ends the counting for good. */
  stop(): void {
    this.#halt();
    this.#state = "over";
  }

  #go(): void {
    const { idleMs, totalMs } = this.#limits;
    this.#startedAt = performance.now();
    if (idleMs !== undefined) this.#idle = timer(idleMs, () => this.#onEnd("timeout_idle"));
    if (totalMs !== undefined) this.#total = timer(this.#leftMs, () => this.#onEnd("timeout_total"));
  }

  #halt(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#total);
    this.#idle = undefined;
    this.#total = undefined;
    if (this.#state === "going") this.#leftMs -= performance.now() - this.#startedAt;
  }
}

function timer(ms: number, onEnd: () => void): NodeJS.Timeout {
  return setTimeout(onEnd, Math.min(Math.max(0, ms), MAX_TIMER_MS));
}
