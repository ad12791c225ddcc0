import { bounded } from "../json-line.ts";
import type { AgentItem } from "../port.ts";
import type { Emit } from "../turn-frame.ts";
import type { UnknownItems } from "../unknown-items.ts";
import { SessionUpdate, ToolReport } from "./lines.ts";
import { itemsOf, type TerminalEnd } from "./words.ts";

const MAX_TEXT_CHARS = 1024 * 1024;
/** States of a tool call in which it runs or has ended; before, its arguments may still be incomplete. */
const BEGUN = new Set(["in_progress", "completed", "failed"]);

interface UpdateReaderDeps {
  readonly emit: Emit;
  readonly unknown: UnknownItems;
  readonly terminal: (id: string) => TerminalEnd | undefined;
  /** The agent told what its session has cost since it began, in dollars. */
  readonly onCost: (usd: number) => void;
}

/** An open text: neighbouring chunks of one kind and one id are one message. */
interface OpenText {
  readonly kind: "message" | "reasoning";
  readonly message_id: string | null;
  text: string;
}

/** Makes the turn's items of an agent's session updates. */
export class UpdateReader {
  readonly #deps: UpdateReaderDeps;
  readonly #tools = new Map<string, { report: ToolReport; started: boolean }>();
  #open: OpenText | undefined;
  #texts = 0;
  #plan: AgentItem | undefined;
  #final_text = "";

  constructor(deps: UpdateReaderDeps) {
    this.#deps = deps;
  }

  /** The newest whole message. */
  get final_text(): string {
    return this.#final_text;
  }

  /** Takes an update as it came. */
  take(raw: { readonly sessionUpdate: string }): void {
    const parsed = SessionUpdate.safeParse(raw);
    if (!parsed.success) {
      this.#deps.unknown.keep(raw.sessionUpdate, raw);
      return;
    }
    const update = parsed.data;
    switch (update.sessionUpdate) {
      case "agent_message_chunk":
      case "agent_thought_chunk":
        this.#chunk(update);
        break;
      case "tool_call":
      case "tool_call_update":
        this.#closeText();
        this.tool(update);
        break;
      case "plan":
        this.#planned(update.entries);
        break;
      case "usage_update":
        if (update.cost?.currency === "USD") this.#deps.onCost(update.cost.amount);
        break;
      case "notice":
        this.#deps.emit({
          type: "warning",
          message: [update.title, update.description].filter(Boolean).join(": "),
        });
        break;
      default:
        break;
    }
  }

  /** Takes a report of a tool call, from an update or from a permission request; returns all that is known of it. */
  tool(report: ToolReport): ToolReport {
    const id = report.toolCallId;
    const known = this.#tools.get(id) ?? { report: { toolCallId: id }, started: false };
    const told = Object.entries(report).filter(([, value]) => value !== null && value !== undefined);
    known.report = ToolReport.parse({ ...known.report, ...Object.fromEntries(told) });
    this.#tools.set(id, known);
    if (BEGUN.has(known.report.status ?? "")) this.#advance(id);
    return known.report;
  }

  /** What a terminal of ours said, for the tool call that shows it. */
  terminalOutput(terminal_id: string, text: string): void {
    for (const [item_id, { report, started }] of this.#tools)
      if (started && report.content?.some((one) => one.terminalId === terminal_id))
        this.#deps.emit({ type: "output_delta", item_id, text });
  }

  /** True while a change of this file is told by a tool call of the agent's own. */
  tells(path: string): boolean {
    return [...this.#tools.values()].some(({ report }) =>
      itemsOf(report, this.#deps.terminal).some((item) => item.kind === "file_change" && item.path === path),
    );
  }

  /** Ends the turn: what is open is closed. */
  close(): void {
    this.#closeText();
    for (const [id, { report, started }] of this.#tools)
      if (started) this.#complete({ ...report, status: "failed" }, id);
    if (this.#plan !== undefined) this.#deps.emit({ type: "item", phase: "completed", item: this.#plan });
  }

  #chunk(update: Extract<SessionUpdate, { content: { type: string } }>): void {
    const kind = update.sessionUpdate === "agent_thought_chunk" ? "reasoning" : "message";
    const message_id = update.messageId ?? null;
    const { text } = update.content;
    if (text === undefined) {
      this.#deps.unknown.keep(`content ${update.content.type}`, update);
      return;
    }
    if (this.#open?.kind !== kind || this.#open.message_id !== message_id) this.#closeText();
    this.#open ??= { kind, message_id, text: "" };
    this.#open.text += text.slice(0, MAX_TEXT_CHARS - this.#open.text.length);
    if (kind === "message") this.#deps.emit({ type: "message_delta", text });
  }

  #closeText(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || open.text.trim() === "") return;
    this.#texts += 1;
    if (open.kind === "message") this.#final_text = open.text;
    const item = { id: `${open.kind}-${this.#texts}`, kind: open.kind, text: bounded(open.text) };
    this.#deps.emit({ type: "item", phase: "completed", item });
  }

  #planned(entries: readonly { content: string; status?: string | null | undefined }[]): void {
    this.#closeText();
    const lines = entries.map(({ content, status }) => `${MARKS[status ?? ""] ?? "[ ]"} ${content}`);
    this.#plan = { id: "plan", kind: "plan", text: bounded(lines.join("\n")) };
    this.#deps.emit({ type: "item", phase: "started", item: this.#plan });
  }

  #advance(id: string): void {
    const known = this.#tools.get(id);
    if (known === undefined) return;
    if (!known.started) {
      known.started = true;
      const [item] = itemsOf({ ...known.report, status: "in_progress" }, () => undefined);
      this.#deps.emit({ type: "item", phase: "started", item });
    }
    const { status } = known.report;
    if (status === "completed" || status === "failed") this.#complete(known.report, id);
  }

  #complete(report: ToolReport, id: string): void {
    this.#tools.delete(id);
    for (const item of itemsOf(report, this.#deps.terminal))
      this.#deps.emit({ type: "item", phase: "completed", item });
  }
}

const MARKS: Readonly<Record<string, string>> = { completed: "[x]", in_progress: "[~]" };
