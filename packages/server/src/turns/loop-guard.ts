import { createHash } from "node:crypto";
import type { AgentEvent, AgentItemKind } from "../agents/index.ts";

/** What of a turn's work ends it: it goes in circles, or does not end by itself. */
export interface LoopLimits {
  /** Most commands, changes of files and other uses of tools in one turn; null means no limit. */
  readonly max_tool_calls: number | null;
  /** The same use of a tool with the same outcome, so many times in a row. */
  readonly same_tool_call_times: number;
}

const ACTS: readonly AgentItemKind[] = ["command", "file_change", "tool_call"];

/** Watches what an agent does in one turn, and says when it repeats itself or does too much. */
export class LoopGuard {
  readonly #limits: LoopLimits;
  readonly #seen = new Set<string>();
  #last = "";
  #times = 0;

  constructor(limits: LoopLimits) {
    this.#limits = limits;
  }

  /** Takes what happened; answers why the turn must end, in a sentence. */
  note(event: AgentEvent): string | undefined {
    if (event.type !== "item" || !ACTS.includes(event.item.kind)) return undefined;
    const { max_tool_calls, same_tool_call_times } = this.#limits;
    const { id, ...what } = event.item;
    this.#seen.add(id);
    if (max_tool_calls !== null && this.#seen.size > max_tool_calls)
      return `It used tools more than ${max_tool_calls} times in one turn (limits.max_tool_calls).`;
    if (event.phase !== "completed") return undefined;
    const same = createHash("sha256").update(JSON.stringify(what)).digest("hex");
    this.#times = same === this.#last ? this.#times + 1 : 1;
    this.#last = same;
    if (this.#times < same_tool_call_times) return undefined;
    const name = what.name ?? what.kind;
    return `It used the tool ${name} in the same way with the same outcome ${this.#times} times in a row (limits.same_tool_call_times).`;
  }
}
