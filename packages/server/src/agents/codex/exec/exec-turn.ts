import type { ProcessOutcome } from "../../../process/index.ts";
import type { CliDialect, CliIo } from "../../cli-turn.ts";
import { classifyFailure, lastWords } from "../../failure.ts";
import { bounded, parseLine } from "../../json-line.ts";
import type { TurnOutcome, Usage } from "../../port.ts";
import type { SandboxSpec } from "../../sandbox-port.ts";
import { UnknownItems } from "../../unknown-items.ts";
import { type CodexTurnDeps, firstSession } from "../codex-turn.ts";
import { usageSince } from "../usage.ts";
import { itemsOf, usageOf } from "./items.ts";
import { CodexLine } from "./lines.ts";

/** One turn of `codex exec --json`: the prompt on standard input, one event on each line of output. */
export class CodexExecTurn implements CliDialect {
  readonly #deps: CodexTurnDeps;
  #io: CliIo | undefined;
  #session_id: string | null;
  #total: Usage | undefined;
  #usage: Usage | null = null;
  #final_text = "";
  #completed = false;
  #failure: string | undefined;
  readonly #unknown: UnknownItems;
  /** The session is written down as soon as it is known, so that a crash of the server does not lose it. */
  #remembered: Promise<void> = Promise.resolve();

  constructor(deps: CodexTurnDeps) {
    this.#deps = deps;
    this.#unknown = new UnknownItems("Codex", deps.emit);
    this.#session_id = firstSession(deps.origin);
    this.#total = deps.total;
  }

  get stdin(): string {
    return this.#deps.turn.prompt;
  }

  get command(): SandboxSpec {
    return this.#deps.command;
  }

  get session_id(): string | null {
    return this.#session_id;
  }

  get usage(): Usage | null {
    return this.#usage;
  }

  onStart(io: CliIo): void {
    this.#io = io;
  }

  onLine(text: string): void {
    const line = parseLine(CodexLine, text);
    if (line === undefined) {
      this.#unknown.line(text);
      return;
    }
    this.#unknown.understood();
    if (line.type === "thread.started") this.#onThread(line);
    else if (line.type === "item.started" || line.type === "item.updated" || line.type === "item.completed")
      this.#onItem(line);
    else if (line.type === "turn.completed") this.#onCompleted(line);
    else if (line.type === "turn.failed") this.#failure = line.error?.message ?? "The turn failed.";
    else if (line.type === "error") this.#onError(line.message ?? "");
    else if (line.type !== "turn.started") this.#unknown.keep(line.type, line);
  }

  outcome(exit: ProcessOutcome): TurnOutcome {
    const { session_id, usage } = this;
    this.#unknown.close();
    if (this.#completed && this.#failure === undefined && exit.exitCode === 0)
      return {
        status: "completed",
        final_text: this.#final_text,
        session_id,
        usage,
        observed_activity: false,
      };
    const said = this.#failure ?? bounded(exit.stderr.text.trim(), 4000);
    const failure = classifyFailure(this.#failure ?? lastWords(exit.stderr.text), this.#deps.clock.now());
    const known =
      this.#failure === undefined && failure.kind === "unknown"
        ? ({ kind: "exit", retry: false } as const)
        : failure;
    const message = said === "" ? `Codex ended without a result (exit code ${exit.exitCode}).` : said;
    return { status: "failed", ...known, message, session_id, usage, exit_code: exit.exitCode };
  }

  async close(): Promise<void> {
    await this.#remembered;
    if (this.#session_id !== null) await this.#deps.remember(this.#session_id, this.#total);
    await this.#deps.close();
  }

  #onThread(line: CodexLine): void {
    this.#session_id = line.thread_id ?? this.#session_id;
    if (line.thread_id !== undefined)
      this.#remembered = this.#deps.remember(line.thread_id, this.#total).catch(() => undefined);
    const pid = this.#io?.pid;
    const { model } = this.#deps;
    const started = { type: "started", session_id: this.#session_id, model } as const;
    this.#deps.emit({ ...started, ...(pid === undefined ? {} : { pid }) });
  }

  #onItem(line: CodexLine): void {
    if (line.item === undefined) return;
    const phase = line.type === "item.completed" ? "completed" : "started";
    const items = itemsOf(line.item);
    if (items === undefined && phase === "completed") this.#unknown.keep(line.item.type, line.item);
    for (const item of items ?? []) {
      if (item.kind === "message" && phase === "completed") {
        this.#final_text = item.text ?? "";
        this.#deps.emit({ type: "message_delta", text: this.#final_text });
      }
      this.#deps.emit({ type: "item", phase, item });
    }
  }

  #onCompleted(line: CodexLine): void {
    this.#completed = true;
    if (line.usage === undefined) return;
    this.#total = usageOf(line.usage);
    this.#usage = usageSince(this.#deps.total, this.#total);
    this.#deps.emit({ type: "usage", usage: this.#usage });
  }

  #onError(message: string): void {
    if (/^Reconnecting/.test(message)) this.#warn(message);
    else this.#failure = message;
  }

  #warn(message: string): void {
    this.#deps.emit({ type: "warning", message });
  }
}
