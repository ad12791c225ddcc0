import { bounded } from "./json-line.ts";
import type { AgentItem } from "./port.ts";
import type { Emit } from "./turn-frame.ts";

const MAX_ITEMS = 50;
const MAX_CHARS = 4096;
const MAX_NOISE = 1000;

/**
 * What an agent says that its adapter does not understand. A whole record of an unknown kind is kept as an item, so
 * that nothing a newer agent does is lost; text that is no record is counted. Both are bounded, and neither ends a
 * turn, unless a program says nothing else.
 */
export class UnknownItems {
  readonly #agent: string;
  readonly #emit: Emit;
  #kept = 0;
  #left_out = 0;
  #noise = 0;
  #understood = false;

  /** `agent` is the program's name in sentences. */
  constructor(agent: string, emit: Emit) {
    this.#agent = agent;
    this.#emit = emit;
  }

  /** A line was understood: what is not from now on is garbage, not another protocol. */
  understood(): void {
    this.#understood = true;
  }

  /** A line that no schema fits: kept when it is a record, else counted. */
  line(text: string): void {
    if (isRecord(text)) {
      this.keep("record", text);
      return;
    }
    this.#noise += 1;
    if (!this.#understood && this.#noise > MAX_NOISE)
      throw new Error(`${this.#agent} wrote ${MAX_NOISE} lines that are not its protocol, and none that is.`);
  }

  /** A thing of a kind that is not known; `name` is the kind in the agent's own words. */
  keep(name: string, value: unknown): void {
    if (this.#kept === MAX_ITEMS) {
      this.#left_out += 1;
      return;
    }
    this.#kept += 1;
    const text = bounded(typeof value === "string" ? value : JSON.stringify(value), MAX_CHARS);
    const item: AgentItem = { id: `unknown-${this.#kept}`, kind: "unknown", name: bounded(name, 200), text };
    this.#emit({ type: "item", phase: "completed", item });
  }

  /** Tells at the end of the turn what was not kept. */
  close(): void {
    const warn = (message: string) => this.#emit({ type: "warning", message });
    if (this.#noise > 0) warn(`${this.#noise} lines of output were not part of the protocol.`);
    if (this.#left_out > 0) warn(`${this.#left_out} records of an unknown kind were left out.`);
  }
}

function isRecord(text: string): boolean {
  if (!text.startsWith("{")) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
