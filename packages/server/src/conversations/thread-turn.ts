import { isHarnessError, noCaps, type SandboxRecord } from "@harness/protocol";
import { type Agent, admitTurn, type TurnOutcome } from "../agents/index.ts";
import { approvedRules, getProject, type ProjectRecord } from "../projects/index.ts";
import { setSession, setTurnUsage, type ThreadRecord, threadScope } from "../threads/index.ts";
import {
  confine,
  driveTurn,
  hookAbout,
  modeLine,
  readInstructions,
  settleSandbox,
  type TurnPlace,
  tellRefusedHosts,
  UsageMeter,
  whileConfined,
} from "../turns/index.ts";
import { agentOf, knowsSession } from "./answerer.ts";
import { addUsage, closeThreadTurn } from "./close-thread-turn.ts";
import type { ConversationDeps, RunningTurn } from "./conversation-deps.ts";
import { answeredPrompt, COMPACT_PROMPT, firstPrompt, unpreparedPrompt } from "./conversation-text.ts";
import { setUpPlace } from "./set-up-place.ts";
import { openPlace, type ThreadPlace, takeCheckpoint } from "./thread-workspace.ts";
import { untoldAnswers } from "./turn-questions.ts";

/** A final message is redacted and stored in one piece, so it has a limit of its own. */
const FINAL_CAP = 1024 * 1024;

/**
 * Runs one turn of a conversation to its closed row: workspace, agent, checkpoint, end. Whatever happens the turn is
 * closed, or parked with the question it waits for. Rejects only when that cannot be stored.
 */
export async function runThreadTurn(deps: ConversationDeps, running: RunningTurn): Promise<void> {
  const { thread, turn } = running;
  const meter = meterOf(deps, running);
  let place: ThreadPlace | undefined;
  let outcome: TurnOutcome;
  const agent = agentOf(deps, thread, turn);
  try {
    await deps.caps.open();
    await deps.caps.turns.resume(turn.id);
    const project = await getProject(deps.storage.reader, thread.project_id);
    const hindered = await hindrance(deps, running, agent);
    const sandbox = await settleSandbox(deps, {
      profile: thread.sandbox,
      project: project.settings.sandbox,
      needs: undefined,
    });
    if (hindered) outcome = hindered;
    else if (!sandbox.ok) outcome = refused("permanent", `${sandbox.why} ${sandbox.fix}`);
    else {
      place = await openPlace(deps, project, thread, running.signal);
      const trouble = await setUpPlace(deps, running, agent!, project, place);
      const scene = { project, place, trouble, sandbox: sandbox.record };
      outcome = running.signal.aborted
        ? unsaid(running.signal)
        : await whileConfined(deps.sandbox, place.path, () => drive(deps, running, agent!, scene, meter));
    }
  } catch (error) {
    outcome = broken(deps, running, error);
  }
  const kept = place && turn.purpose !== "compact" ? await keep(deps, thread, place, turn.id) : undefined;
  const began = place !== undefined;
  await closeThreadTurn(deps, running, agent, { outcome, meter, commit: kept ?? turn.commit, began });
}

/** Why the turn cannot begin; undefined when it can. */
async function hindrance(
  deps: ConversationDeps,
  { thread, turn }: RunningTurn,
  agent: Agent | undefined,
): Promise<TurnOutcome | undefined> {
  if (!agent) return refused("permanent", `The agent ${thread.agent} is not configured any more.`);
  const over = deps.caps.reached(deps.caps.turns.scopes(turn.id), "begun", thread.id);
  if (over) return refused("budget", over.why);
  const account = await deps.log.write((tx) => admitTurn(tx, deps.agents.accountOf(agent.name), turn.id));
  if (account === undefined) return undefined;
  const { cause, message, fix } = account;
  if (cause === "login")
    return refused("auth", `The login of ${agent.name} does not work: ${message} ${fix ?? ""}`.trim());
  return cause === "quota"
    ? refused("quota", `${agent.name} has used up its quota: ${message}`)
    : refused("transient", `${agent.name} rests, then one turn tries it: ${message}`);
}

function refused(
  kind: "permanent" | "auth" | "quota" | "transient" | "budget",
  message: string,
): TurnOutcome {
  return { status: "failed", kind, message, retry: false, session_id: null, usage: null };
}

/** Where a turn plays. */
interface Scene {
  readonly project: ProjectRecord;
  readonly place: ThreadPlace;
  readonly sandbox: SandboxRecord;
  /** What setup could not do. */
  readonly trouble: string | null;
}

async function drive(
  deps: ConversationDeps,
  running: RunningTurn,
  agent: Agent,
  scene: Scene,
  meter: UsageMeter,
): Promise<TurnOutcome> {
  const { project, place: at } = scene;
  const { thread, turn, signal } = running;
  const { limits } = deps.config;
  const access = turn.purpose === "compact" ? "read-only" : "workspace-write";
  const fork = thread.session_id === null && thread.fork_session !== null && agent.forks === true;
  const session_id = thread.session_id ?? (fork ? thread.fork_session : null);
  const budget = deps.caps.remainingUsd(deps.caps.turns.scopes(turn.id));
  deps.caps.turns.watch(turn.id, {
    task_id: thread.id,
    limits: noCaps,
    stop: () => running.stop({ type: "budget", why: overBudget(deps, turn.id), urgent: true }),
  });
  const turnPlace = placeOf(deps, running, project, at);
  if (turn.purpose === "compact")
    deps.turns.hooks.tell({
      event: "PreCompact",
      about: hookAbout(turnPlace),
      fields: { trigger: "manual" },
    });
  const outcome = await driveTurn(
    deps.turns,
    turnPlace,
    agent,
    {
      prompt: await promptOf(deps, running, agent, scene, knowsSession(deps, agent, session_id)),
      workspace: at.path,
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
      protected_paths: deps.config.sandbox.protected_paths,
      sandbox_mode: modeLine(scene.sandbox),
      command_timeout_ms: deps.config.exec_policy.sandbox.max_execution_time_secs * 1000,
      sandbox: confine(deps, {
        project,
        agent: agent.name,
        workspace: at.path,
        access,
        record: scene.sandbox,
        onRefusedHost: tellRefusedHosts(deps, {
          ...threadScope(thread),
          turn_id: turn.id,
          actor: turn.agent,
        }),
      }),
    },
    {
      usage: (usage) => meter.report(usage),
      model: (name) => {
        deps.caps.turns.named(turn.id, name);
        meter.again();
      },
      session: (id) => deps.log.write((tx) => setSession(tx, thread.id, id)),
      check: () => meter.check(),
    },
  );
  return outcome ?? unsaid(signal);
}

/** The budget that stops a turn, in a sentence. */
function overBudget(deps: ConversationDeps, turnId: string): string {
  return deps.caps.reached(deps.caps.turns.scopes(turnId), "meanwhile")?.why ?? "A budget is used up.";
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

function placeOf(
  deps: ConversationDeps,
  running: RunningTurn,
  project: ProjectRecord,
  at: ThreadPlace,
): TurnPlace {
  const { thread, turn, signal, stop } = running;
  const { project_id, id: thread_id } = thread;
  const { agent } = turn;
  return {
    by: { project_id, thread_id, turn_id: turn.id, task_id: null, attempt_id: thread_id, agent },
    role: "chat",
    scope: { ...threadScope(thread), turn_id: turn.id, actor: agent },
    workspace: at.path,
    rules: approvedRules(project),
    approvals: thread.approvals,
    write: (_, job) => deps.log.write(job),
    signal,
    interrupt: (actor) => stop({ type: "interrupt", actor }),
    stop: (why) => stop({ type: "loop", why }),
    park: ({ id, summary }) => stop({ type: "park", approval_id: id, summary }),
  };
}

/** Counts what a turn uses against the budgets over it. */
function meterOf(deps: ConversationDeps, { thread, turn }: RunningTurn): UsageMeter {
  return new UsageMeter({
    price: (usage) => deps.caps.turns.price(turn.id, usage),
    // What is over a budget is stopped in the same step, as it is watched.
    judge: (added, _, source) => deps.caps.turns.use(turn.id, added, source),
    store: (_, usage) =>
      deps.log.write(async (tx) => {
        await setTurnUsage(tx, turn.id, addUsage(turn.usage, usage));
        await deps.caps.turns.save(tx, turn.id);
        const scope = { ...threadScope(thread), turn_id: turn.id, actor: turn.agent };
        await tx.append({ ...scope, type: "usage.updated", data: { usage: addUsage(turn.usage, usage) } });
      }),
  });
}

/** The commit of the checkpoint. One that cannot be taken is said; the work is still in the workspace. */
async function keep(
  deps: ConversationDeps,
  thread: ThreadRecord,
  place: ThreadPlace,
  turn_id: string,
): Promise<string | undefined> {
  return takeCheckpoint(deps, thread, place, turn_id).catch(async (error: unknown) => {
    deps.space.report(error);
    deps.logger.warn({ err: error, thread_id: thread.id }, "no checkpoint after the turn");
    const message = `No checkpoint was taken: ${error instanceof Error ? error.message : String(error)}`;
    await deps.log.write((tx) =>
      tx.append({
        ...threadScope(thread),
        turn_id,
        type: "turn.warning",
        actor: "harness",
        data: { message },
      }),
    );
    return undefined;
  });
}

function broken(deps: ConversationDeps, { thread, turn, signal }: RunningTurn, error: unknown): TurnOutcome {
  if (signal.aborted) return { status: "cancelled", session_id: null, usage: null };
  deps.space.report(error);
  deps.logger.error({ err: error, thread_id: thread.id, turn_id: turn.id }, "turn failed unexpectedly");
  const message = error instanceof Error ? error.message : String(error);
  const kind = isHarnessError(error) ? ("permanent" as const) : ("unknown" as const);
  return { status: "failed", kind, message, retry: false, session_id: null, usage: null };
}

function unsaid(signal: AbortSignal): TurnOutcome {
  if (signal.aborted) return { status: "cancelled", session_id: null, usage: null };
  const message = "The agent adapter ended without saying how.";
  return { status: "failed", kind: "protocol", message, retry: false, session_id: null, usage: null };
}
