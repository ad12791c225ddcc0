import type { SandboxRecord } from "@harness/protocol";
import type { Agent } from "../agents/index.ts";
import { approvedRules, type ProjectRecord } from "../projects/index.ts";
import { threadScope } from "../threads/index.ts";
import {
  type AskedTurn,
  confine,
  modeLine,
  readInstructions,
  type TurnPlace,
  tellRefusedHosts,
} from "../turns/index.ts";
import { knowsSession } from "./answerer.ts";
import type { ConversationDeps, RunningTurn } from "./conversation-deps.ts";
import { answeredPrompt, COMPACT_PROMPT, firstPrompt, unpreparedPrompt } from "./conversation-text.ts";
import type { ThreadPlace } from "./thread-workspace.ts";
import { untoldAnswers } from "./turn-questions.ts";

/** A final message is redacted and stored in one piece, so it has a limit of its own. */
const FINAL_CAP = 1024 * 1024;

/** Where a turn plays. */
export interface Scene {
  readonly project: ProjectRecord;
  readonly place: ThreadPlace;
  readonly sandbox: SandboxRecord;
  /** What setup could not do. */
  readonly trouble: string | null;
}

/** Where the turn runs: what a person does to it ends it, or parks it. */
export function placeOf(
  deps: ConversationDeps,
  { thread, turn, signal, stop }: RunningTurn,
  { project, place }: Scene,
): TurnPlace {
  const { project_id, id: thread_id } = thread;
  const { agent } = turn;
  return {
    by: { project_id, thread_id, turn_id: turn.id, task_id: null, attempt_id: thread_id, agent },
    role: "chat",
    scope: { ...threadScope(thread), turn_id: turn.id, actor: agent },
    workspace: place.path,
    rules: approvedRules(project),
    approvals: thread.approvals,
    write: (_, job) => deps.log.write(job),
    signal,
    interrupt: (actor) => stop({ type: "interrupt", actor }),
    stop: (why) => stop({ type: "loop", why }),
    park: ({ id, summary }) => stop({ type: "park", approval_id: id, summary }),
  };
}

/** The turn as an adapter gets it, but for what is added on the way. A turn that sums up only reads. */
export async function askedThreadTurn(
  deps: ConversationDeps,
  running: RunningTurn,
  agent: Agent,
  scene: Scene,
): Promise<AskedTurn> {
  const { thread, turn } = running;
  const { limits, sandbox, exec_policy } = deps.config;
  const workspace = scene.place.path;
  const access = turn.purpose === "compact" ? "read-only" : "workspace-write";
  const { session_id, fork } = sessionOf(running, agent);
  const budget = deps.caps.remainingUsd(deps.caps.turns.scopes(turn.id));
  const scope = { ...threadScope(thread), turn_id: turn.id, actor: turn.agent };
  const { project, sandbox: record } = scene;
  const onRefusedHost = tellRefusedHosts(deps, scope);
  return {
    prompt: await promptOf(deps, running, agent, scene, knowsSession(deps, agent, session_id)),
    workspace,
    access,
    ...(thread.model === null ? {} : { model: thread.model }),
    ...(session_id === null ? {} : { session_id }),
    ...(fork ? { fork } : {}),
    attempt_id: turn.id,
    turn_timeout_ms: limits.turn_timeout_secs * 1000,
    idle_timeout_ms: limits.idle_timeout_secs * 1000,
    kill_grace_ms: limits.kill_grace_ms,
    max_output_bytes: Math.min(FINAL_CAP, limits.max_output_bytes),
    ...(budget === undefined ? {} : { max_budget_usd: budget }),
    protected_paths: sandbox.protected_paths,
    sandbox_mode: modeLine(record),
    command_timeout_ms: exec_policy.sandbox.max_execution_time_secs * 1000,
    sandbox: confine(deps, { project, agent: agent.name, workspace, access, record, onRefusedHost }),
  };
}

/** The agent's own conversation that goes on: the thread's, or that of the thread it was forked from, as a copy. */
function sessionOf(
  { thread }: RunningTurn,
  agent: Agent,
): { readonly session_id: string | null; readonly fork: boolean } {
  const fork = thread.session_id === null && thread.fork_session !== null && agent.forks === true;
  return { session_id: fork ? thread.fork_session : thread.session_id, fork };
}

/** What the agent is told: a person's words, with what a new conversation of its own cannot know. */
async function promptOf(
  deps: ConversationDeps,
  { thread, turn, resumed }: RunningTurn,
  agent: Agent,
  { project, place, trouble }: Scene,
  knows: boolean,
): Promise<string> {
  const input = turn.purpose === "compact" ? COMPACT_PROMPT : (turn.input ?? "");
  // Without a model the words must be the whole; an answer is found again when the same is asked.
  if (agent.kind === "deterministic") return input;
  const asked = resumed ? answeredPrompt(await untoldAnswers(deps.storage.reader, turn.id), input) : input;
  const words = trouble === null ? asked : unpreparedPrompt(asked, trouble);
  if (knows) return words;
  // The api adapter reads the repository's instructions by itself.
  const instructions = agent.kind === "api" ? [] : await readInstructions(deps, project, place.base_sha);
  return firstPrompt({ input: words, context: thread.context, instructions });
}
