import path from "node:path";
import type { ProcessRunner } from "../../process/index.ts";
import { TurnLimits } from "../api/limits.ts";
import { WorkspaceFiles } from "../api/workspace-files.ts";
import type { HostEnvironment } from "../environment.ts";
import { type FramedTurn, framedTurn } from "../framed-turn.ts";
import type { Agent, AgentAction, AgentEvent, AgentProbe, AgentTurn, TurnOutcome, Usage } from "../port.ts";
import { type Emit, frameTurn } from "../turn-frame.ts";
import { unlessAborted } from "../unless-aborted.ts";
import { runCommand, writeFile } from "./act.ts";
import type { Answer, Desk } from "./desk.ts";
import { listFolder, readFile } from "./file-answers.ts";
import { findSymbol } from "./find-answer.ts";
import { answerFromGit } from "./git-answers.ts";
import { groundsFor } from "./grounds.ts";
import { type Intent, onlyReads, type Understood } from "./intent.ts";
import { ConversationMemory, type Remembered } from "./memory.ts";
import { ownWords } from "./own-words.ts";
import { ABILITIES, NEEDS_A_MODEL, NOTHING_SHOWN, notUnderstood, severalShown } from "./replies.ts";
import { shownCommands } from "./shown-commands.ts";
import { understand } from "./understand.ts";

/** Nothing is used and nothing is owed: known, and therefore 0. */
const FREE: Usage = { input_tokens: 0, output_tokens: 0, cached_tokens: 0, total_tokens: 0, cost_usd: 0 };

/** What the deterministic agent is built from. */
export interface DeterministicAgentDeps {
  readonly name?: string;
  readonly runner: ProcessRunner;
  /** A directory of ours for what conversations remember. */
  readonly state_dir: string;
  /** Only the search path and the network's variables reach the programs it runs. */
  readonly host_env: HostEnvironment;
}

/** How a turn stands to the conversation it is part of. */
export interface TurnPlace {
  /** True beside a model: the session is the model's, or one of ours that a model will go on from. */
  readonly beside_model: boolean;
}

/**
 * Answers questions about the repository and does simple things in it without any model: git's state, files, where a
 * name is defined, used and called, one command, one file. What it does not understand it says so, with what it can do.
 */
export class DeterministicAgent implements Agent {
  readonly kind = "deterministic";
  readonly reports_cost = true;
  readonly forks = true;
  readonly name: string;
  readonly memory: ConversationMemory;
  readonly #deps: DeterministicAgentDeps;

  constructor(deps: DeterministicAgentDeps) {
    this.#deps = deps;
    this.name = deps.name ?? "deterministic";
    this.memory = new ConversationMemory(path.join(deps.state_dir, this.name));
  }

  async probe(): Promise<AgentProbe> {
    return { installed: true, version: null, logged_in: true, models: [] };
  }

  /** What a prompt asks, when it is of the kinds answered here and can be answered in this conversation. */
  async understands(
    turn: Pick<AgentTurn, "prompt" | "session_id" | "output_schema">,
  ): Promise<Understood | undefined> {
    const { words, follow_up } = ownWords(turn.prompt);
    if (follow_up || turn.output_schema !== undefined) return undefined;
    const understood = understand(words);
    if (understood?.intent.kind !== "run_that") return understood;
    const known = turn.session_id === undefined ? undefined : await this.memory.read(turn.session_id);
    const [command, ...others] = known?.commands ?? [];
    return command !== undefined && others.length === 0
      ? { intent: { kind: "run", command }, sure: true }
      : undefined;
  }

  /** Whether it would answer a prompt by looking only, or not at all: nothing is run and nothing is changed. */
  async looksOnly(turn: Pick<AgentTurn, "prompt" | "session_id">): Promise<boolean> {
    const understood = await this.understands(turn);
    return understood === undefined || onlyReads(understood.intent);
  }

  run(turn: AgentTurn, place: TurnPlace = { beside_model: false }): AsyncIterable<AgentEvent> {
    return frameTurn(turn, (framed, emit) => this.#turn(framed, emit, place));
  }

  /** What can be found out about a prompt by looking only, each look shown as an item; undefined when there is nothing. */
  async facts(turn: AgentTurn, emit: Emit): Promise<string | undefined> {
    const framed = framedTurn(turn, turn.signal);
    using limits = new TurnLimits(framed);
    const desk = await openDesk(this.#deps, framed, emit, limits);
    const { words } = ownWords(turn.prompt);
    const intent = (await this.understands(turn))?.intent;
    if (intent !== undefined && intent.kind !== "help" && onlyReads(intent))
      return (await answer(intent, desk)).text;
    return groundsFor(words, desk);
  }

  /** Says one thing and does nothing, as a turn of its own. */
  say(turn: AgentTurn, text: string): AsyncIterable<AgentEvent> {
    return frameTurn(turn, async (_framed, emit) => {
      const session_id = turn.session_id ?? null;
      emit({ type: "started", session_id, model: null });
      emit({ type: "message_delta", text });
      emit({ type: "item", phase: "completed", item: { id: "plain-1", kind: "message", text } });
      return { status: "completed", final_text: text, session_id, usage: FREE, observed_activity: true };
    });
  }

  forget(before: number): Promise<number> {
    return this.memory.removeBefore(before);
  }

  async #turn(turn: FramedTurn, emit: Emit, place: TurnPlace): Promise<TurnOutcome> {
    using limits = new TurnLimits(turn);
    const { session_id, remembered } = await this.#conversation(turn, emit, place);
    emit({ type: "started", session_id, model: null });
    try {
      const desk = await openDesk(this.#deps, turn, emit, limits);
      const said = await this.#answer(turn, desk, remembered);
      limits.signal.throwIfAborted();
      const id = desk.itemId();
      emit({ type: "message_delta", text: said.text });
      emit({ type: "item", phase: "completed", item: { id, kind: "message", text: said.text } });
      await this.#remember(turn, session_id, said, remembered, place);
      emit({ type: "usage", usage: FREE });
      return { status: "completed", final_text: said.text, session_id, usage: FREE, observed_activity: true };
    } catch (error) {
      return stopped(error, limits, turn, session_id);
    }
  }

  async #answer(turn: AgentTurn, desk: Desk, remembered: Remembered): Promise<Answer> {
    const { words, follow_up } = ownWords(turn.prompt);
    if (turn.output_schema !== undefined || follow_up) return { text: NEEDS_A_MODEL };
    const understood = understand(words);
    if (understood === undefined) return { text: notUnderstood(words), commands: shownCommands(words) };
    const { intent } = understood;
    if (intent.kind !== "run_that") return answer(intent, desk);
    const [command, ...others] = remembered.commands;
    if (command === undefined) return { text: NOTHING_SHOWN };
    return others.length === 0 ? runCommand(command, desk) : { text: severalShown(remembered.commands) };
  }

  async #conversation(turn: AgentTurn, emit: Emit, { beside_model }: TurnPlace) {
    const asked = turn.session_id;
    const known = asked === undefined ? undefined : await this.memory.read(asked);
    const remembered = known ?? { commands: [], untold: [] };
    const message = `The conversation ${asked} is not here any more; a new one was started.`;
    const own = this.memory.isOwn(asked);
    if (asked !== undefined && known === undefined && (own || !beside_model))
      emit({ type: "warning", message });
    const goesOn =
      asked !== undefined && turn.fork !== true && (known !== undefined || (beside_model && !own));
    return { session_id: goesOn ? asked : this.memory.newSession(), remembered };
  }

  async #remember(
    turn: AgentTurn,
    session_id: string,
    said: Answer,
    before: Remembered,
    place: TurnPlace,
  ): Promise<void> {
    const shown = said.commands ?? shownCommands(said.text);
    const untold = place.beside_model
      ? [...before.untold, { asked: ownWords(turn.prompt).words, answered: said.text }]
      : before.untold;
    await this.memory.write(session_id, {
      commands: shown.length > 0 ? [...shown] : before.commands,
      untold,
    });
  }
}

function answer(
  intent: Exclude<Intent, { kind: "run_that" }> | Intent,
  desk: Desk,
): Promise<Answer> | Answer {
  switch (intent.kind) {
    case "help":
      return { text: ABILITIES };
    case "git_status":
    case "git_diff":
    case "git_branch":
    case "git_log":
    case "identity":
      return answerFromGit(intent, desk);
    case "read":
      return readFile(intent, desk);
    case "list":
      return listFolder(intent, desk);
    case "find":
      return findSymbol(intent, desk);
    case "run":
      return runCommand(intent.command, desk);
    case "write":
      return writeFile(intent, desk);
    case "run_that":
      return { text: NOTHING_SHOWN };
  }
}

/** Everything one turn works with. */
async function openDesk(
  deps: Pick<DeterministicAgentDeps, "runner" | "host_env">,
  turn: FramedTurn,
  emit: Emit,
  limits: TurnLimits,
): Promise<Desk> {
  let items = 0;
  const itemId = () => {
    items += 1;
    return `plain-${items}`;
  };
  const { runner, host_env } = deps;
  const files = await WorkspaceFiles.open(turn.workspace, turn.protected_paths);
  const leave = async (action: AgentAction) => {
    const { decision, reason } = await unlessAborted(turn.approve(action), limits.signal);
    const [path] = action.paths;
    const what = { name: action.tool, command: action.command, path, text: action.summary };
    emit({
      type: "item",
      phase: "completed",
      item: { id: itemId(), kind: "approval", ...what, decision, reason },
    });
    return decision === "allow" ? undefined : reason;
  };
  const touch = () => limits.touch();
  return { turn: { ...turn, signal: limits.signal }, emit, files, runner, host_env, itemId, leave, touch };
}

function stopped(error: unknown, limits: TurnLimits, turn: AgentTurn, session_id: string): TurnOutcome {
  const { reason } = limits;
  const usage = FREE;
  if (reason === "cancelled") return { status: "cancelled", session_id, usage };
  if (reason === undefined) {
    const message = error instanceof Error ? error.message : String(error);
    return { status: "failed", kind: "spawn", message, retry: false, session_id, usage };
  }
  const message =
    reason === "timeout_idle"
      ? `The command was silent for ${turn.idle_timeout_ms} ms.`
      : `The turn took longer than ${turn.turn_timeout_ms} ms.`;
  return { status: "failed", kind: reason, message, retry: true, session_id, usage };
}
