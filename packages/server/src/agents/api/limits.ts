import type { AgentTurn } from "../port.ts";

/** Why a turn was stopped from our side. */
export type StopReason = "cancelled" | "timeout_idle" | "timeout_total";

/** The clock of a turn without a process: stops it when it takes too long or nothing happens for too long. */
export class TurnLimits implements Disposable {
  readonly #stop = new AbortController();
  readonly #total: NodeJS.Timeout;
  readonly #idle: NodeJS.Timeout;
  readonly #cancel: () => void;
  readonly #turn: AgentTurn;
  #reason: StopReason | undefined;

  constructor(turn: AgentTurn) {
    this.#turn = turn;
    this.#cancel = () => this.#end("cancelled");
    this.#total = setTimeout(() => this.#end("timeout_total"), turn.turn_timeout_ms);
    this.#idle = setTimeout(() => this.#end("timeout_idle"), turn.idle_timeout_ms);
    if (turn.signal.aborted) this.#cancel();
    turn.signal.addEventListener("abort", this.#cancel, { once: true });
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Set once the turn was stopped. */
  get reason(): StopReason | undefined {
    return this.#reason;
  }

  /** Something happened: the idle time starts again. */
  touch(): void {
    this.#idle.refresh();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#total);
    clearTimeout(this.#idle);
    this.#turn.signal.removeEventListener("abort", this.#cancel);
  }

  #end(reason: StopReason): void {
    this.#reason ??= reason;
    this.#stop.abort(new Error(reason));
  }
}
