import { type ClientConnection, type ClientContext, client, methods } from "@agentclientprotocol/sdk";
import type { Clock } from "@harness/protocol";
import type { ProcessOutcome, ProcessRunner } from "../../process/index.ts";
import type { CliDialect, CliIo } from "../cli-turn.ts";
import type { HostEnvironment } from "../environment.ts";
import { classifyFailure, lastWords } from "../failure.ts";
import type { FramedTurn } from "../framed-turn.ts";
import { bounded } from "../json-line.ts";
import type { TurnOutcome, Usage } from "../port.ts";
import type { SandboxSpec } from "../sandbox-port.ts";
import type { Emit } from "../turn-frame.ts";
import { UnknownItems } from "../unknown-items.ts";
import { Approvals } from "./approvals.ts";
import { type Ending, endingOf, failedEnding, promptText } from "./ending.ts";
import { ServedFiles } from "./files.ts";
import { PromptAnswer, UpdateNotification } from "./lines.ts";
import { RecordedMessages } from "./message-pieces.ts";
import { MessageStream } from "./message-stream.ts";
import type { AcpProfile } from "./profile.ts";
import { fillIn } from "./questions.ts";
import { openSession } from "./session.ts";
import { Terminals } from "./terminals.ts";
import { UpdateReader } from "./updates.ts";
import { UsageTally } from "./usage-tally.ts";

export interface AcpConversationDeps {
  readonly turn: FramedTurn;
  readonly profile: AcpProfile;
  readonly command: SandboxSpec;
  readonly runner: Pick<ProcessRunner, "start">;
  readonly host_env: HostEnvironment;
  /** The conversation that is resumed or copied; null for a new one. */
  readonly session_id: string | null;
  readonly model: string | undefined;
  /** What the conversation had used before this turn. */
  readonly total: Usage | undefined;
  readonly emit: Emit;
  readonly clock: Clock;
  readonly remember: (session_id: string, total: Usage | undefined) => Promise<void>;
}

/**
 * One turn of an ACP v1 agent: this is the editor, the program the agent.
 *
 *     initialize → session/new | resume | load | fork → model → session/prompt … updates, requests … → answer → goodbye
 */
export class AcpConversation implements CliDialect {
  readonly stdin = "open";
  readonly #deps: AcpConversationDeps;
  readonly #unknown: UnknownItems;
  readonly #updates: UpdateReader;
  readonly #approvals: Approvals;
  readonly #files: ServedFiles;
  readonly #terminals: Terminals;
  readonly #usage: UsageTally;
  readonly #recorded: RecordedMessages;
  #io: CliIo | undefined;
  #messages: MessageStream | undefined;
  #connection: ClientConnection | undefined;
  #session_id: string | null = null;
  #prompted = false;
  #heard = 0;
  #ending: Ending | undefined;

  constructor(deps: AcpConversationDeps) {
    const { turn, emit, runner, host_env } = deps;
    this.#deps = deps;
    this.#usage = new UsageTally(deps.total, emit);
    this.#recorded = new RecordedMessages((mark) => turn.record("mark", JSON.stringify(mark)));
    this.#unknown = new UnknownItems("The agent", emit);
    this.#updates = new UpdateReader({
      emit,
      unknown: this.#unknown,
      terminal: (id) => this.#terminals.shown(id),
      onCost: (usd) => this.#usage.cost(usd),
    });
    this.#approvals = new Approvals({ turn, emit, updates: this.#updates });
    this.#files = new ServedFiles({ turn, emit, approvals: this.#approvals, updates: this.#updates });
    this.#terminals = new Terminals({
      turn,
      runner,
      host_env,
      approvals: this.#approvals,
      onOutput: (id, text) => {
        this.#io?.touch();
        this.#updates.terminalOutput(id, text);
      },
    });
  }

  get command(): SandboxSpec {
    return this.#deps.command;
  }

  get session_id(): string | null {
    return this.#session_id ?? this.#deps.session_id;
  }

  get usage(): Usage | null {
    return this.#usage.turn;
  }

  onStart(io: CliIo): void {
    this.#io = io;
    this.#messages = new MessageStream((line) => io.write(line), {
      notified: (method, params) => this.#notified(method, params),
      noise: (text) => this.#unknown.line(text),
    });
    const connection = this.#served().connect(this.#messages.stream);
    this.#connection = connection;
    void this.#converse(connection.agent)
      .catch((error: unknown) => failedEnding(error, this.#deps.clock.now()))
      .then((ending) => this.#end(ending));
  }

  onLine(line: string): void {
    this.#messages?.line(line);
  }

  recordable(line: string): string {
    return this.#recorded.recordable(line);
  }

  onErrorLine(line: string): void {
    const said = this.#deps.profile.failure_line?.exec(line)?.[1];
    if (said === undefined) return;
    const failure = classifyFailure(said, this.#deps.clock.now());
    if (failure.kind === "quota" || failure.kind === "auth") this.#end({ status: "failed", ...failure });
  }

  interrupt(): boolean {
    const sessionId = this.#session_id;
    if (!this.#prompted || sessionId === null || this.#connection === undefined) return false;
    this.#connection.agent.notify(methods.agent.session.cancel, { sessionId }).catch(() => undefined);
    return true;
  }

  outcome(exit: ProcessOutcome): TurnOutcome {
    this.#updates.close();
    this.#unknown.close();
    const { session_id, usage } = this;
    const ending = this.#ending ?? this.#gone(exit);
    if (ending.status === "completed") return { ...ending, session_id, usage, observed_activity: false };
    return { ...ending, session_id, usage, exit_code: exit.exitCode };
  }

  async close(): Promise<void> {
    this.#recorded.end();
    this.#messages?.close();
    this.#connection?.close();
    await this.#terminals.close();
    if (this.#session_id !== null) await this.#deps.remember(this.#session_id, this.#usage.total);
  }

  #end(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#io?.finish();
  }

  async #converse(agent: ClientContext): Promise<Ending> {
    const { turn, profile, emit, model } = this.#deps;
    const { session_id } = this.#deps;
    const updates = () => this.#heard;
    const session = await openSession({ agent, turn, profile, session_id, model, emit, updates });
    this.#unknown.understood();
    this.#session_id = session.session_id;
    if (session.session_id !== session_id) this.#usage.restart();
    // Written down as soon as it is known, so that a crash of the server does not lose it.
    await this.#deps.remember(session.session_id, this.#deps.total).catch(() => undefined);
    const pid = this.#io?.pid;
    emit({ type: "started", ...session, ...(pid === undefined ? {} : { pid }) });
    this.#prompted = true;
    const prompt = [{ type: "text", text: promptText(turn) }];
    const params = { sessionId: session.session_id, prompt };
    const answer = PromptAnswer.parse(await agent.request<unknown>(methods.agent.session.prompt, params));
    this.#usage.answered(answer);
    this.#updates.close();
    return endingOf(answer.stopReason, this.#updates.final_text, turn, this.#approvals.refused);
  }

  /** What an editor serves an agent. What is not offered at `initialize` is refused by the methods themselves. */
  #served() {
    const terminals = this.#terminals;
    const { session, fs, terminal, elicitation } = methods.client;
    const app = client({ name: "harness" }).onRequest(session.requestPermission, ({ params }) =>
      this.#approvals.permission(params),
    );
    if (this.#deps.turn.ask !== undefined)
      app.onRequest(elicitation.create, ({ params }) => fillIn(this.#deps.turn, params));
    if (this.#deps.profile.serve.includes("fs"))
      app
        .onRequest(fs.readTextFile, ({ params }) => this.#files.read(params))
        .onRequest(fs.writeTextFile, ({ params }) => this.#files.write(params));
    if (this.#deps.profile.serve.includes("terminal"))
      app
        .onRequest(terminal.create, ({ params }) => terminals.create(params))
        .onRequest(terminal.output, ({ params }) => terminals.output(params.terminalId))
        .onRequest(terminal.waitForExit, ({ params }) => terminals.waitForExit(params.terminalId))
        .onRequest(terminal.kill, ({ params }) => terminals.kill(params.terminalId))
        .onRequest(terminal.release, ({ params }) => terminals.release(params.terminalId));
    return app;
  }

  #notified(method: string, params: unknown): void {
    const parsed = UpdateNotification.safeParse(params);
    if (method !== methods.client.session.update || !parsed.success) {
      this.#unknown.keep(method, params ?? null);
      return;
    }
    this.#heard += 1;
    // Before the prompt, an agent tells the history of the session again.
    if (!this.#prompted) return;
    const { sessionId, update } = parsed.data;
    if (sessionId === this.#session_id) this.#updates.take(update);
    else this.#unknown.keep(`${update.sessionUpdate} of another session`, update);
  }

  #gone(exit: ProcessOutcome): Ending {
    const failure = classifyFailure(lastWords(exit.stderr.text), this.#deps.clock.now());
    const known = failure.kind === "unknown" ? ({ kind: "exit", retry: false } as const) : failure;
    const said = bounded(exit.stderr.text.trim(), 4000);
    const message = `The agent ended in the middle of the turn (exit code ${exit.exitCode}). ${said}`.trim();
    return { status: "failed", ...known, message };
  }
}
