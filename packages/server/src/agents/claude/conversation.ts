import { randomUUID } from "node:crypto";
import type { Clock } from "@harness/protocol";
import type { ProcessOutcome } from "../../process/index.ts";
import type { CliDialect, CliIo } from "../cli-turn.ts";
import { classifyFailure, lastWords } from "../failure.ts";
import { bounded, parseLine } from "../json-line.ts";
import type { AgentTurn, TurnOutcome, Usage } from "../port.ts";
import { toIso } from "../reset-time.ts";
import type { SandboxSpec } from "../sandbox-port.ts";
import type { Emit } from "../turn-frame.ts";
import { UnknownItems } from "../unknown-items.ts";
import { inertPrompt } from "./arguments.ts";
import { ClaudeItems } from "./items.ts";
import { blankDelta, ClaudeLine, type ClaudeRequest, QUIET_RECORDS, TextDelta } from "./lines.ts";
import { permissionFor } from "./questions.ts";
import { SteeringQueue } from "./steering-queue.ts";
import { UsageTally } from "./usage-tally.ts";
import { usageOf } from "./words.ts";

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
 * One turn spoken with Claude Code both ways over stream-json: the prompt goes in, records come out, questions are
 * answered, more words may go in meanwhile, and after the `result` that answers all of them the input is closed.
 */
export class ClaudeConversation implements CliDialect {
  readonly stdin = "open";
  readonly #deps: ClaudeConversationDeps;
  readonly #items: ClaudeItems;
  readonly #unknown: UnknownItems;
  readonly #tally = new UsageTally();
  readonly #steering = new SteeringQueue();
  #io: CliIo | undefined;
  #model: string | undefined;
  #result: ClaudeLine | undefined;
  #over = false;
  #reset_at: string | undefined;

  constructor(deps: ClaudeConversationDeps) {
    this.#deps = deps;
    this.#unknown = new UnknownItems("Claude Code", deps.emit);
    this.#items = new ClaudeItems(deps.emit, this.#unknown);
  }

  get command(): SandboxSpec {
    return this.#deps.command;
  }

  get session_id(): string {
    return this.#deps.session_id;
  }

  get usage(): Usage | null {
    return this.#tally.total;
  }

  onStart(io: CliIo): void {
    this.#io = io;
    this.#send({ type: "control_request", request_id: "initialize", request: { subtype: "initialize" } });
    this.#send(words(this.#deps.turn.prompt));
  }

  /** More words join the running turn before its next model call; after its last one they are a part of their own. */
  async steer(text: string): Promise<void> {
    await this.#steering.possible;
    if (this.#over) throw new Error("Claude Code has given its answer; start another turn.");
    this.#steering.sent();
    this.#send({ ...words(text), uuid: randomUUID() });
  }

  interrupt(): boolean {
    const request = { subtype: "interrupt", cancel_queued: true };
    this.#send({ type: "control_request", request_id: "interrupt", request });
    return true;
  }

  recordable(line: string): string {
    return blankDelta(line);
  }

  onLine(text: string): void {
    const line = parseLine(ClaudeLine, text);
    if (line === undefined) {
      this.#unknown.line(text);
      return;
    }
    this.#unknown.understood();
    if (line.type === "system") this.#onSystem(line);
    else if (line.type === "stream_event") this.#onDelta(line);
    else if (line.type === "assistant") this.#onAssistant(line);
    else if (line.type === "user") this.#items.onUser(line);
    else if (line.type === "control_request") void this.#onRequest(line.request_id ?? "", line.request);
    else if (line.type === "command_lifecycle")
      this.#steering.told(line.command_uuid ?? "", line.state ?? "");
    else if (line.type === "rate_limit_event") this.#onRateLimit(line);
    else if (line.type === "result") this.#onResult(line);
    else if (!QUIET_RECORDS.has(line.type)) this.#unknown.keep(line.type, text);
  }

  outcome(exit: ProcessOutcome): TurnOutcome {
    const { session_id, usage } = this;
    const result = this.#result;
    this.#unknown.close();
    if (result === undefined) {
      const said = bounded(exit.stderr.text.trim() || exit.stdout.text.trim(), 4000);
      const message = `Claude Code ended without a result (exit code ${exit.exitCode}). ${said}`.trim();
      // Standard output holds the model's own words: only the program's count.
      const failure = classifyFailure(lastWords(exit.stderr.text), this.#deps.clock.now());
      const known = failure.kind === "unknown" ? ({ kind: "exit", retry: false } as const) : failure;
      return { status: "failed", ...known, message, session_id, usage, exit_code: exit.exitCode };
    }
    if (isFailure(result)) return this.#failed(result, exit);
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
    if (line.subtype === "init" && this.#model === undefined) {
      this.#steering.begin(line.capabilities ?? []);
      this.#model = line.model ?? "";
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
    this.#items.onAssistant(line);
    if (line.is_api_error_message === true || message?.model === "<synthetic>") return;
    if (message?.model !== undefined && this.#model && message.model !== this.#model) {
      this.#warn(`The answer came from the model ${message.model}, not from ${this.#model}.`);
      this.#model = message.model;
    }
    if (message?.usage == null) return;
    this.#tally.count(message.id ?? "", usageOf(message.usage, null));
    this.#tellUsage(this.#tally.soFar);
  }

  async #onRequest(request_id: string, request: ClaudeRequest | undefined): Promise<void> {
    const { turn, emit } = this.#deps;
    const response = await permissionFor(turn, emit, { request_id, request });
    const error = `This host does not answer ${request?.subtype ?? "requests without a subtype"}.`;
    const answer =
      response === undefined
        ? { subtype: "error", request_id, error }
        : { subtype: "success", request_id, response };
    this.#send({ type: "control_response", response: answer });
  }

  #onRateLimit(line: ClaudeLine): void {
    const info = line.rate_limit_info;
    if (info?.status !== "rejected" || info.resetsAt === undefined) return;
    this.#reset_at = toIso(info.resetsAt * 1000);
  }

  #onResult(line: ClaudeLine): void {
    if (this.#over) return;
    this.#result = line;
    if (line.usage != null) {
      // `total_cost_usd` counts from the start of the session, also over a resume; this field counts the part.
      const models = line.model_usage_since_last_result;
      const sum = Object.values(models ?? {}).reduce((total, model) => total + (model.costUSD ?? 0), 0);
      const cost = models !== undefined ? sum : this.#deps.resumed ? null : (line.total_cost_usd ?? null);
      this.#tally.settle(usageOf(line.usage, cost));
      this.#tellUsage(this.#tally.total);
    }
    // Words it has not begun with are answered by a result of their own.
    if (!isFailure(line) && this.#steering.waiting && !this.#deps.turn.signal.aborted) return;
    this.#over = true;
    this.#io?.finish();
  }

  #tellUsage(usage: Usage | null): void {
    if (usage !== null) this.#deps.emit({ type: "usage", usage });
  }

  #warn(message: string): void {
    this.#deps.emit({ type: "warning", message });
  }

  #send(record: object): void {
    this.#io?.write(JSON.stringify(record));
  }
}

function isFailure({ is_error, subtype = "success" }: ClaudeLine): boolean {
  return is_error === true || subtype !== "success";
}

function words(text: string): { readonly type: "user"; readonly message: object } {
  return { type: "user", message: { role: "user", content: [{ type: "text", text: inertPrompt(text) }] } };
}
