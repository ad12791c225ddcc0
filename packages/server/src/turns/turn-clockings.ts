import type { Clock } from "@harness/protocol";
import { type AgentEvent, type RawDirection, TurnMark } from "../agents/index.ts";
import type { TurnTiming } from "../threads/index.ts";

/** Notes when the agent of a turn was asked, was there and first answered, and the exit code of its program. */
export class TurnClockings {
  readonly #clock: Pick<Clock, "now">;
  readonly #asked: number;
  #agent: number | null = null;
  #output: number | null = null;
  #exit_code: number | null = null;

  /** The prompt is there now. */
  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
    this.#asked = clock.now();
  }

  /** Something the agent did or said. */
  happened({ type }: AgentEvent): void {
    if (type === "started") this.#agent ??= this.#clock.now();
    if (type === "message_delta" || type === "output_delta" || type === "item")
      this.#output ??= this.#clock.now();
  }

  /** A line of its raw traffic: the mark of its end names the exit code. */
  recorded(direction: RawDirection, text: string): void {
    if (direction !== "mark") return;
    const mark = TurnMark.safeParse(JSON.parse(text));
    if (mark.success && "exited" in mark.data) this.#exit_code = mark.data.exited.exit_code;
  }

  /** What is known by now. */
  of({ turn_id, thread_id }: { readonly turn_id: string; readonly thread_id: string }): TurnTiming {
    const [prompt_at, agent_at, first_output_at] = [this.#asked, this.#agent, this.#output];
    return { turn_id, thread_id, prompt_at, agent_at, first_output_at, exit_code: this.#exit_code };
  }
}
