import type { ProcessRunner } from "../../process/index.ts";
import { TurnLimits } from "../api/limits.ts";
import { overMark } from "../api/turn-record.ts";
import type { WorkspaceFiles } from "../api/workspace-files.ts";
import type { HostEnvironment } from "../environment.ts";
import type { FramedTurn } from "../framed-turn.ts";
import type { AgentAction, AgentTurn, TurnOutcome, Usage } from "../port.ts";
import type { Emit } from "../turn-frame.ts";
import { unlessAborted } from "../unless-aborted.ts";
import { runCommand, writeFile } from "./act.ts";
import type { Answer, Desk } from "./desk.ts";
import { listFolder, readFile } from "./file-answers.ts";
import { findSymbol } from "./find-answer.ts";
import { answerFromGit } from "./git-answers.ts";
import type { Intent } from "./intent.ts";
import { ownWords } from "./own-words.ts";
import { ABILITIES, NEEDS_A_MODEL, NOTHING_SHOWN, notUnderstood, severalShown } from "./replies.ts";
import { shownCommands } from "./shown-commands.ts";
import { understand } from "./understand.ts";

/** Nothing is used and nothing is owed: known, and therefore 0. */
const FREE: Usage = { input_tokens: 0, output_tokens: 0, cached_tokens: 0, total_tokens: 0, cost_usd: 0 };

/** What one turn works with. */
export interface DeskDeps {
  readonly runner: ProcessRunner;
  readonly host_env: HostEnvironment;
  readonly files: Pick<WorkspaceFiles, "read" | "write" | "list">;
}

/** What one turn is part of. */
export interface PlainConversation {
  readonly session_id: string;
  /** Commands it has shown, for "run that". */
  readonly commands: readonly string[];
  remember(said: Answer): Promise<void>;
}

/** One turn without a model: understand the words, look or act, say what came of it. */
export async function plainTurn(
  turn: FramedTurn,
  emit: Emit,
  conversation: PlainConversation,
  open: () => Promise<DeskDeps>,
): Promise<TurnOutcome> {
  using limits = new TurnLimits(turn);
  const { session_id, commands } = conversation;
  emit({ type: "started", session_id, model: null });
  const over = () => turn.record("mark", JSON.stringify(overMark(limits.reason)));
  try {
    const desk = openDesk(await open(), turn, emit, limits);
    const said = await answerTo(turn, desk, commands);
    limits.signal.throwIfAborted();
    over();
    const id = desk.itemId();
    emit({ type: "message_delta", text: said.text });
    emit({ type: "item", phase: "completed", item: { id, kind: "message", text: said.text } });
    await conversation.remember(said);
    emit({ type: "usage", usage: FREE });
    return { status: "completed", final_text: said.text, session_id, usage: FREE, observed_activity: true };
  } catch (error) {
    over();
    return stopped(error, limits, turn, session_id);
  }
}

/** Says one thing and does nothing. */
export async function saidOnly(turn: AgentTurn, emit: Emit, text: string): Promise<TurnOutcome> {
  const session_id = turn.session_id ?? null;
  emit({ type: "started", session_id, model: null });
  emit({ type: "message_delta", text });
  emit({ type: "item", phase: "completed", item: { id: "plain-1", kind: "message", text } });
  return { status: "completed", final_text: text, session_id, usage: FREE, observed_activity: true };
}

async function answerTo(turn: AgentTurn, desk: Desk, shown: readonly string[]): Promise<Answer> {
  const { words, follow_up } = ownWords(turn.prompt);
  if (turn.output_schema !== undefined || follow_up) return { text: NEEDS_A_MODEL };
  const understood = understand(words);
  if (understood === undefined) return { text: notUnderstood(words), commands: shownCommands(words) };
  const { intent } = understood;
  if (intent.kind !== "run_that") return answer(intent, desk);
  const [command, ...others] = shown;
  if (command === undefined) return { text: NOTHING_SHOWN };
  return others.length === 0 ? runCommand(command, desk) : { text: severalShown(shown) };
}

/** Answers what was understood. */
export function answer(
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
export function openDesk(
  { runner, host_env, files }: DeskDeps,
  turn: FramedTurn,
  emit: Emit,
  limits: TurnLimits,
): Desk {
  let items = 0;
  const itemId = () => {
    items += 1;
    return `plain-${items}`;
  };
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
