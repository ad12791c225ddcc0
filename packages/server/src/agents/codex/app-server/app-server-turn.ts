import type { ProcessOutcome } from "../../../process/index.ts";
import type { CliDialect, CliIo } from "../../cli-turn.ts";
import { classifyFailure, type Failure, lastWords } from "../../failure.ts";
import { bounded, parseLine } from "../../json-line.ts";
import type { TurnOutcome, Usage } from "../../port.ts";
import type { SandboxSpec } from "../../sandbox-port.ts";
import { UnknownItems } from "../../unknown-items.ts";
import { type CodexTurnDeps, firstSession } from "../codex-turn.ts";
import { Delta, Message, ThreadOpened, TurnBegun } from "./messages.ts";
import { AppServerRequests } from "./requests.ts";
import { AppServerRpc, OVERLOADED, RpcError } from "./rpc.ts";
import { turnFailure } from "./turn-failure.ts";
import { TurnNotes } from "./turn-notes.ts";

/** What an app-server turn is made of. */
export interface AppServerTurnDeps extends CodexTurnDeps {
  /** The model to ask for; undefined leaves the choice to Codex. */
  readonly asked_model: string | undefined;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/**
 * One turn spoken with `codex app-server`: the connection is greeted, a thread begun, resumed or forked, the turn
 * begun; what it tells is told, what it asks is answered, and after the turn's end the input is closed.
 */
export class CodexAppServerTurn implements CliDialect {
  readonly stdin = "open";
  readonly #deps: AppServerTurnDeps;
  readonly #unknown: UnknownItems;
  readonly #notes: TurnNotes;
  readonly #begun = Promise.withResolvers<string>();
  #io: CliIo | undefined;
  #rpc: AppServerRpc | undefined;
  #requests: AppServerRequests | undefined;
  #failure: Failure | undefined;
  /** The session is written down as soon as it is known, so that a crash of the server does not lose it. */
  #remembered: Promise<void> = Promise.resolve();

  constructor(deps: AppServerTurnDeps) {
    this.#deps = deps;
    this.#unknown = new UnknownItems("Codex", deps.emit);
    this.#notes = new TurnNotes({ ...deps, unknown: this.#unknown });
    this.#begun.promise.catch(() => undefined);
  }

  get command(): SandboxSpec {
    return this.#deps.command;
  }

  get session_id(): string | null {
    return this.#notes.thread_id ?? firstSession(this.#deps.origin);
  }

  get usage(): Usage | null {
    return this.#notes.usage;
  }

  onStart(io: CliIo): void {
    this.#io = io;
    const { clock, random, turn, emit } = this.#deps;
    const rpc = new AppServerRpc({
      send: (line) => io.write(line),
      clock,
      random,
      onRetry: (method, tries) => this.#warn(`Codex is overloaded: ${method} is asked again (${tries}).`),
    });
    const itemOf = (id: string) => this.#notes.itemOf(id);
    const tell = (text: string) => this.steer(text).catch(() => undefined);
    this.#rpc = rpc;
    this.#requests = new AppServerRequests({ turn, emit, rpc, itemOf, tell });
    this.#begin(rpc).catch((error: unknown) => this.#giveUp(error));
  }

  onLine(text: string): void {
    if (this.#isOver()) return;
    const message = parseLine(Message, text);
    if (message !== undefined && this.#onMessage(message)) this.#unknown.understood();
    else this.#unknown.line(text);
    if (this.#notes.started && this.#notes.turn_id !== undefined) this.#begun.resolve(this.#notes.turn_id);
    if (this.#isOver()) this.#end();
  }

  /** Gives the running turn more words, once it runs. Rejects when it can take none any more. */
  async steer(text: string): Promise<void> {
    const expectedTurnId = await this.#begun.promise;
    if (this.#rpc === undefined || this.#isOver()) throw new Error("The turn is over.");
    const params = { threadId: this.#notes.thread_id, expectedTurnId, input: inputOf(text) };
    await this.#rpc.request("turn/steer", params, () => undefined);
  }

  /** Text that comes in pieces comes whole too, once its item is complete. */
  recordable(line: string): string {
    const message = parseLine(Delta, line);
    return message === undefined
      ? line
      : JSON.stringify({ ...message, params: { ...message.params, delta: "" } });
  }

  interrupt(): boolean {
    const { thread_id: threadId, turn_id: turnId } = this.#notes;
    if (this.#rpc === undefined || turnId === undefined || this.#isOver()) return false;
    this.#rpc.request("turn/interrupt", { threadId, turnId }, () => undefined).catch(() => undefined);
    return true;
  }

  outcome(exit: ProcessOutcome): TurnOutcome {
    const { session_id, usage } = this;
    const { status, error, final_text, limit_resets } = this.#notes;
    this.#unknown.close();
    if (status === "completed" && this.#failure === undefined)
      return { status: "completed", final_text, session_id, usage, observed_activity: false };
    const rest = { session_id, usage, exit_code: exit.exitCode };
    if (this.#failure !== undefined) return { status: "failed", ...this.#failure, ...rest };
    const now = this.#deps.clock.now();
    if (error !== undefined) return { status: "failed", ...turnFailure(error, now, limit_resets), ...rest };
    if (status !== undefined)
      return { status: "failed", kind: "unknown", message: `The turn was ${status}.`, retry: false, ...rest };
    const said = bounded(exit.stderr.text.trim(), 4000);
    const failure = classifyFailure(lastWords(exit.stderr.text), now);
    const known = failure.kind === "unknown" ? ({ kind: "exit", retry: false } as const) : failure;
    const message = `Codex ended without a result (exit code ${exit.exitCode}). ${said}`.trim();
    return { status: "failed", ...known, message, ...rest };
  }

  async close(): Promise<void> {
    this.#rpc?.close();
    this.#begun.reject(new Error("The turn is over."));
    await this.#remembered;
    if (this.session_id !== null) await this.#deps.remember(this.session_id, this.#notes.total);
    await this.#deps.close();
  }

  async #begin(rpc: AppServerRpc): Promise<void> {
    const clientInfo = { name: "harness", title: "Harness", version: "1" };
    const capabilities = { experimentalApi: false, requestAttestation: false };
    await rpc.request("initialize", { clientInfo, capabilities }, () => undefined);
    rpc.notify("initialized");
    await this.#openThread(rpc);
    const { prompt, output_schema } = this.#deps.turn;
    const schema = output_schema === undefined ? {} : { outputSchema: output_schema };
    const params = { threadId: this.#notes.thread_id, input: inputOf(prompt), ...schema };
    await rpc.request("turn/start", params, (result) => {
      this.#notes.turn_id = TurnBegun.parse(result).turn.id;
    });
  }

  /** A conversation that is not there any more is begun anew, with a warning: a turn's prompt stands on its own. */
  async #openThread(rpc: AppServerRpc): Promise<void> {
    const { origin, turn, asked_model } = this.#deps;
    // Our sandbox is outside, and policy or a person answers for every command that may change something.
    const how = { cwd: turn.workspace, approvalPolicy: "untrusted", sandbox: "danger-full-access" };
    const params = { ...how, ...(asked_model === undefined ? {} : { model: asked_model }) };
    const take = (result: unknown) => this.#onThread(ThreadOpened.parse(result));
    if (origin.kind !== "new") {
      const known = { ...params, threadId: origin.session_id, excludeTurns: true };
      try {
        return await rpc.request(`thread/${origin.kind}`, known, take);
      } catch (error) {
        if (!(error instanceof RpcError) || error.code === OVERLOADED) throw error;
        this.#warn(
          `The conversation ${origin.session_id} could not be opened; a new one was started. ${error.message}`,
        );
        this.#notes.forget();
      }
    }
    await rpc.request("thread/start", params, take);
  }

  #onThread({ thread, model }: ReturnType<typeof ThreadOpened.parse>): void {
    this.#notes.thread_id = thread.id;
    this.#remembered = this.#deps.remember(thread.id, this.#notes.total).catch(() => undefined);
    const pid = this.#io?.pid;
    const started = { type: "started", session_id: thread.id, model: model ?? this.#deps.model } as const;
    this.#deps.emit({ ...started, ...(pid === undefined ? {} : { pid }) });
  }

  /** Takes one message; false when it is not one. */
  #onMessage(message: Message): boolean {
    const { id, method, params } = message;
    if (method === undefined) return this.#rpc?.settle(message) ?? false;
    if (id === undefined) return this.#notes.onNote(method, params);
    void this.#requests?.onRequest(id, method, params);
    return true;
  }

  #isOver(): boolean {
    return this.#notes.status !== undefined || this.#failure !== undefined;
  }

  /** The beginning failed: the turn cannot take place. */
  #giveUp(error: unknown): void {
    if (this.#isOver()) return;
    const message = error instanceof Error ? error.message : String(error);
    const busy = error instanceof RpcError && error.code === OVERLOADED;
    const failure = classifyFailure(message, this.#deps.clock.now());
    const unclear = failure.kind === "unknown" ? { ...failure, kind: "protocol" as const } : failure;
    this.#failure = busy ? { kind: "transient", message, retry: true } : unclear;
    this.#end();
  }

  #end(): void {
    this.#begun.reject(new Error("The turn is over."));
    this.#rpc?.close();
    this.#io?.finish();
  }

  #warn(message: string): void {
    this.#deps.emit({ type: "warning", message });
  }
}

function inputOf(text: string): object[] {
  return [{ type: "text", text, text_elements: [] }];
}
