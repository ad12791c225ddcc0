import { isHarnessError, noCaps } from "@harness/protocol";
import { type Agent, admitTurn, type TurnOutcome } from "../agents/index.ts";
import { getProject } from "../projects/index.ts";
import { setSession, setTurnUsage, type ThreadRecord, threadScope } from "../threads/index.ts";
import {
  driveTurn,
  hookAbout,
  settleSandbox,
  type TurnWatch,
  UsageMeter,
  whileConfined,
} from "../turns/index.ts";
import { agentOf } from "./answerer.ts";
import { askedThreadTurn, placeOf, type Scene } from "./asked-thread-turn.ts";
import { addUsage, closeThreadTurn } from "./close-thread-turn.ts";
import type { ConversationDeps, RunningTurn } from "./conversation-deps.ts";
import { setUpPlace } from "./set-up-place.ts";
import { openPlace, type ThreadPlace, takeCheckpoint } from "./thread-workspace.ts";

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

async function drive(
  deps: ConversationDeps,
  running: RunningTurn,
  agent: Agent,
  scene: Scene,
  meter: UsageMeter,
): Promise<TurnOutcome> {
  const { thread, turn, signal } = running;
  const place = placeOf(deps, running, scene);
  deps.caps.turns.watch(turn.id, {
    task_id: thread.id,
    limits: noCaps,
    stop: () => running.stop({ type: "budget", why: overBudget(deps, turn.id), urgent: true }),
  });
  if (turn.purpose === "compact") {
    const fields = { trigger: "manual" };
    deps.turns.hooks.tell({ event: "PreCompact", about: hookAbout(place), fields });
  }
  const asked = await askedThreadTurn(deps, running, agent, scene);
  const outcome = await driveTurn(deps.turns, place, agent, asked, watchOf(deps, running, meter));
  return outcome ?? unsaid(signal);
}

/** What is kept of a turn while it runs: what it uses, its model, the agent's name of the conversation. */
function watchOf(deps: ConversationDeps, { thread, turn }: RunningTurn, meter: UsageMeter): TurnWatch {
  return {
    usage: (usage) => meter.report(usage),
    model: (name) => {
      deps.caps.turns.named(turn.id, name);
      meter.again();
    },
    session: (id) => deps.log.write((tx) => setSession(tx, thread.id, id)),
    check: () => meter.check(),
  };
}

/** The budget that stops a turn, in a sentence. */
function overBudget(deps: ConversationDeps, turnId: string): string {
  return deps.caps.reached(deps.caps.turns.scopes(turnId), "meanwhile")?.why ?? "A budget is used up.";
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
