import type { Clock } from "@harness/protocol";
import type { ProcessOutcome } from "../../process/index.ts";
import type { CliDialect, CliIo } from "../cli-turn.ts";
import { classifyFailure, lastWords } from "../failure.ts";
import { bounded, parseLine } from "../json-line.ts";
import type { AgentItem, AgentTurn, TurnOutcome, Usage } from "../port.ts";
import { toIso } from "../reset-time.ts";
import type { SandboxSpec } from "../sandbox-port.ts";
import type { Emit } from "../turn-frame.ts";
import { inertPrompt } from "./arguments.ts";
import { type ClaudeBlock, ClaudeLine, type ClaudeRequest, TextDelta } from "./lines.ts";
import { actionOf, addUsage, completedItem, itemOfToolUse, usageOf } from "./words.ts";

const MAX_NOISE = 1000;

interface ClaudeConversationDeps {
  readonly turn: AgentTurn;
  readonly command: SandboxSpec;
  readonly session_id: string;
  readonly resumed: boolean;
  readonly emit: Emit;
  readonly clock: Clock;
  readonly close: () => Promise<void>;
}

/**
 * One turn spoken with Claude Code both ways over stream-json: the prompt goes in, records come out, permission
 * questions are answered, and after the `result` the input is closed.
 */
export class ClaudeConversation implements CliDialect {
  readonly stdin = "open";
  readonly #deps: ClaudeConversationDeps;
  readonly #open = new Map<string, AgentItem>();
  /** The newest counts of each model message; a message is reported once for each of its blocks. */
  readonly #counted = new Map<string, Usage>();
  #io: CliIo | undefined;
  #model: string | undefined;
  #result: ClaudeLine | undefined;
  #usage: Usage | null = null;
  #reset_at: string | undefined;
  #noise = 0;

  constructor(deps: ClaudeConversationDeps) {
    this.#deps = deps;
  }

  get command(): SandboxSpec {
    return this.#deps.command;
  }

  get session_id(): string {
    return this.#deps.session_id;
  }

  get usage(): Usage | null {
    return this.#usage;
  }

  onStart(io: CliIo): void {
    this.#io = io;
    this.#send({ type: "control_request", request_id: "initialize", request: { subtype: "initialize" } });
    const content = [{ type: "text", text: inertPrompt(this.#deps.turn.prompt) }];
    this.#send({ type: "user", message: { role: "user", content } });
  }

  interrupt(): boolean {
    this.#send({ type: "control_request", request_id: "interrupt", request: { subtype: "interrupt" } });
    return true;
  }

  onLine(text: string): void {
    const line = parseLine(ClaudeLine, text);
    if (line === undefined) {
      this.#noise += 1;
      if (this.#noise > MAX_NOISE)
        throw new Error(`Claude Code wrote ${MAX_NOISE} lines that are not its protocol.`);
      return;
    }
    if (line.type === "system") this.#onSystem(line);
    else if (line.type === "stream_event") this.#onDelta(line);
    else if (line.type === "assistant") this.#onAssistant(line);
    else if (line.type === "user") this.#onUser(line);
    else if (line.type === "control_request") void this.#onRequest(line.request_id ?? "", line.request);
    else if (line.type === "rate_limit_event") this.#onRateLimit(line);
    else if (line.type === "result") this.#onResult(line);
  }

  outcome(exit: ProcessOutcome): TurnOutcome {
    const { session_id, usage } = this;
    const result = this.#result;
    if (this.#noise > 0) this.#warn(`${this.#noise} lines of output were not part of the protocol.`);
    if (result === undefined) {
      const said = bounded(exit.stderr.text.trim() || exit.stdout.text.trim(), 4000);
      const message = `Claude Code ended without a result (exit code ${exit.exitCode}). ${said}`.trim();
      // Standard output holds the model's own words: only the program's count.
      const failure = classifyFailure(lastWords(exit.stderr.text), this.#deps.clock.now());
      const known = failure.kind === "unknown" ? ({ kind: "exit", retry: false } as const) : failure;
      return { status: "failed", ...known, message, session_id, usage, exit_code: exit.exitCode };
    }
    if (result.is_error === true || (result.subtype !== undefined && result.subtype !== "success"))
      return this.#failed(result, exit);
    const structured = result.structured_output;
    const final_text = structured === undefined ? (result.result ?? "") : JSON.stringify(structured);
    return { status: "completed", final_text, session_id, usage, observed_activity: false };
  }

  close(): Promise<void> {
    return this.#deps.close();
  }

  #failed(result: ClaudeLine, exit: ProcessOutcome): TurnOutcome {
    const message = result.errors?.join("; ") || result.result || `Claude Code ended with ${result.subtype}.`;
    const limits: Readonly<Record<string, "budget" | "unknown">> = {
      error_max_budget_usd: "budget",
      error_max_turns: "unknown",
    };
    const limit = limits[result.subtype ?? ""];
    const failure = limit
      ? ({ kind: limit, message, retry: false } as const)
      : classifyFailure(message, this.#deps.clock.now(), result.api_error_status);
    // The event tells the reset time exactly; the words only to the minute.
    const reset =
      failure.kind === "quota" && this.#reset_at !== undefined ? { reset_at: this.#reset_at } : {};
    const { session_id, usage } = this;
    return { status: "failed", ...failure, ...reset, session_id, usage, exit_code: exit.exitCode };
  }

  #onSystem(line: ClaudeLine): void {
    if (line.subtype === "init") {
      this.#model = line.model;
      const pid = this.#io?.pid;
      const { session_id } = this;
      this.#deps.emit({
        type: "started",
        session_id,
        model: line.model ?? null,
        ...(pid === undefined ? {} : { pid }),
      });
    }
    if (line.subtype === "api_retry")
      this.#warn(`The model call is repeated (${String(line.error ?? line.error_status)}).`);
  }

  #onDelta(line: ClaudeLine): void {
    const delta = TextDelta.safeParse(line.event?.delta);
    if (line.parent_tool_use_id == null && delta.success)
      this.#deps.emit({ type: "message_delta", text: delta.data.text });
  }

  #onAssistant(line: ClaudeLine): void {
    const { message } = line;
    const blocks = typeof message?.content === "object" ? message.content : [];
    blocks.forEach((block, index) => {
      this.#onBlock(line, block, `${line.uuid ?? message?.id ?? "message"}:${index}`);
    });
    if (line.is_api_error_message === true || message?.model === "<synthetic>") return;
    if (message?.model !== undefined && this.#model !== undefined && message.model !== this.#model) {
      this.#warn(`The answer came from the model ${message.model}, not from ${this.#model}.`);
      this.#model = message.model;
    }
    if (message?.usage != null) this.#count(message.id ?? "", usageOf(message.usage, null));
  }

  #onBlock(line: ClaudeLine, block: ClaudeBlock, id: string): void {
    const { emit } = this.#deps;
    if (block.type === "text" && block.text) {
      const kind =
        line.is_api_error_message === true || line.message?.model === "<synthetic>" ? "error" : "message";
      emit({ type: "item", phase: "completed", item: { id, kind, text: block.text } });
    } else if (block.type === "thinking" && block.thinking)
      emit({ type: "item", phase: "completed", item: { id, kind: "reasoning", text: block.thinking } });
    else if (block.type === "tool_use" && block.name !== "StructuredOutput") {
      const item = itemOfToolUse(block, block.id ?? id);
      this.#open.set(item.id, item);
      emit({ type: "item", phase: "started", item });
    }
  }

  #onUser(line: ClaudeLine): void {
    const blocks = typeof line.message?.content === "object" ? line.message.content : [];
    for (const block of blocks) {
      const started = this.#open.get(block.tool_use_id ?? "");
      if (block.type !== "tool_result" || started === undefined) continue;
      this.#open.delete(started.id);
      this.#deps.emit({ type: "item", phase: "completed", item: completedItem(started, block) });
    }
  }

  async #onRequest(request_id: string, request: ClaudeRequest | undefined): Promise<void> {
    if (request?.subtype !== "can_use_tool") {
      const error = `This host does not answer ${request?.subtype ?? "requests without a subtype"}.`;
      this.#send({ type: "control_response", response: { subtype: "error", request_id, error } });
      return;
    }
    const action = actionOf(request);
    const answer = await this.#deps.turn.approve(action).catch((error: unknown) => ({
      decision: "deny" as const,
      reason: `The question could not be answered: ${error instanceof Error ? error.message : String(error)}`,
    }));
    const { decision, reason } = answer;
    const [path] = action.paths;
    const what = { name: action.tool, command: action.command, path, text: action.summary };
    const item: AgentItem = { id: request_id, kind: "approval", ...what, decision, reason };
    this.#deps.emit({ type: "item", phase: "completed", item });
    const response =
      decision === "allow"
        ? { behavior: "allow", updatedInput: request.input ?? {} }
        : { behavior: "deny", message: reason };
    this.#send({ type: "control_response", response: { subtype: "success", request_id, response } });
  }

  #onRateLimit(line: ClaudeLine): void {
    const info = line.rate_limit_info;
    if (info?.status !== "rejected" || info.resetsAt === undefined) return;
    this.#reset_at = toIso(info.resetsAt * 1000);
  }

  #onResult(line: ClaudeLine): void {
    this.#result = line;
    if (line.usage != null) {
      // `total_cost_usd` counts from the start of the session, also over a resume; this field counts the turn.
      const models = line.model_usage_since_last_result;
      const sum = Object.values(models ?? {}).reduce((total, model) => total + (model.costUSD ?? 0), 0);
      const cost = models !== undefined ? sum : this.#deps.resumed ? null : (line.total_cost_usd ?? null);
      this.#usage = usageOf(line.usage, cost);
      this.#deps.emit({ type: "usage", usage: this.#usage });
    }
    this.#io?.finish();
  }

  #count(message_id: string, usage: Usage): void {
    this.#counted.set(message_id, usage);
    this.#usage = [...this.#counted.values()].reduce(addUsage);
    this.#deps.emit({ type: "usage", usage: this.#usage });
  }

  #warn(message: string): void {
    this.#deps.emit({ type: "warning", message });
  }

  #send(record: object): void {
    this.#io?.write(JSON.stringify(record));
  }
}
