import { LimitClocks } from "../../process/index.ts";
import type { FramedTurn } from "../framed-turn.ts";
import type { TurnStop } from "../port.ts";

/** Why a turn was stopped from our side. */
export type StopReason = "cancelled" | "timeout_idle" | "timeout_total";

/** The clock of a turn without a process: stops it when it takes too long or nothing happens for too long. */
export class TurnLimits implements Disposable {
  readonly #stop = new AbortController();
  readonly #clocks: LimitClocks;
  readonly #cancel: () => void;
  readonly #turn: FramedTurn;
  #reason: StopReason | undefined;

  constructor(turn: FramedTurn) {
    this.#turn = turn;
    this.#cancel = () => this.#end(limitOf(turn.signal.reason) ?? "cancelled");
    const limits = { idleMs: turn.idle_timeout_ms, totalMs: turn.turn_timeout_ms };
    this.#clocks = new LimitClocks(limits, (reason) => this.#end(reason));
    this.#clocks.start();
    turn.timedBy({ holdLimits: () => this.#clocks.hold() });
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
    this.#clocks.touch();
  }

  [Symbol.dispose](): void {
    this.#clocks.stop();
    this.#turn.signal.removeEventListener("abort", this.#cancel);
  }

  #end(reason: StopReason): void {
    this.#reason ??= reason;
    this.#stop.abort(new Error(reason));
  }
}

/** Of a turn that is played again: its time was over then. */
function limitOf(reason: unknown): TurnStop["limit"] {
  if (typeof reason !== "object" || reason === null || !("limit" in reason)) return undefined;
  return reason.limit === "timeout_idle" || reason.limit === "timeout_total" ? reason.limit : undefined;
}
