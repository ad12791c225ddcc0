import type { AgentItem } from "../port.ts";
import type { Emit } from "../turn-frame.ts";
import type { UnknownItems } from "../unknown-items.ts";
import type { ClaudeBlock, ClaudeLine } from "./lines.ts";
import { completedItem, itemOfToolUse } from "./words.ts";

/** A tool call that is the answer itself, asked for by a schema; it is no item. */
const ANSWER_TOOL = "StructuredOutput";

/** Tells the items of a turn from the blocks of its messages: tool calls are begun by one block and ended by another. */
export class ClaudeItems {
  readonly #emit: Emit;
  readonly #unknown: UnknownItems;
  readonly #open = new Map<string, AgentItem>();
  readonly #silent = new Set<string>();

  constructor(emit: Emit, unknown: UnknownItems) {
    this.#emit = emit;
    this.#unknown = unknown;
  }

  /** The words, thoughts and tool calls of a model's message. */
  onAssistant(line: ClaudeLine): void {
    const { message } = line;
    const blocks = typeof message?.content === "object" ? message.content : [];
    const failed = line.is_api_error_message === true || message?.model === "<synthetic>";
    blocks.forEach((block, index) => {
      const id = `${line.uuid ?? message?.id ?? "message"}:${index}`;
      if (block.type === "text") this.#said(id, failed ? "error" : "message", block.text);
      else if (block.type === "thinking") this.#said(id, "reasoning", block.thinking);
      else if (block.type === "redacted_thinking")
        this.#said(id, "reasoning", "(the provider does not show it)");
      else if (block.type === "tool_use" || block.type === "server_tool_use") this.#begun(block, id);
      else this.#ended(block);
    });
  }

  /** The answers of tools; what else stands in a message of this kind are Claude Code's own words. */
  onUser(line: ClaudeLine): void {
    const blocks = typeof line.message?.content === "object" ? line.message.content : [];
    for (const block of blocks) if (block.type !== "text" && block.type !== "image") this.#ended(block);
  }

  #said(id: string, kind: "message" | "reasoning" | "error", text: string | undefined): void {
    if (text) this.#emit({ type: "item", phase: "completed", item: { id, kind, text } });
  }

  #begun(block: ClaudeBlock, id: string): void {
    if (block.name === ANSWER_TOOL) {
      this.#silent.add(block.id ?? id);
      return;
    }
    const item = itemOfToolUse(block, block.id ?? id);
    this.#open.set(item.id, item);
    this.#emit({ type: "item", phase: "started", item });
  }

  #ended(block: ClaudeBlock): void {
    const id = block.tool_use_id ?? "";
    if (this.#silent.has(id)) return;
    const started = block.type.endsWith("tool_result") ? this.#open.get(id) : undefined;
    if (started === undefined) {
      this.#unknown.keep(block.type, block);
      return;
    }
    this.#open.delete(id);
    this.#emit({ type: "item", phase: "completed", item: completedItem(started, block) });
  }
}
