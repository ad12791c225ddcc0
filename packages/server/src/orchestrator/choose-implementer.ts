import { type Agent, type BlockedAccount, blockedAccounts } from "../agents/index.ts";
import { turnHistory } from "../threads/index.ts";
import { refuseLogin } from "../turns/index.ts";
import { accountWait } from "./account-waits.ts";
import { type Reached, stopBy } from "./limits-words.ts";
import { type Run, type StageResult, waitFor } from "./run.ts";
import { strategyOf, withoutModel } from "./strategy.ts";

/** Who does the work of an attempt. */
export interface Chosen {
  readonly implementer: Agent;
  readonly model: string | null;
  /** The agent that worked on the task before, when it was another: it is owed a summary of what was done. */
  readonly takes_over_from: string | null;
}

/** Agents the operator limited to certain roles are left out of the others. */
export function mayBe(
  run: Pick<Run, "deps">,
  agent: string,
  role: "implementer" | "reviewer" | "triage" | "planner",
): boolean {
  const kind = run.deps.agents.get(agent)?.kind;
  // Without a model nothing can be judged or planned, nor by a script.
  if (kind === "deterministic") return role === "implementer";
  if (kind === "scripted") return role === "implementer" || role === "reviewer";
  const { command, acp } = run.deps.config.agents;
  const entry = command[agent] ?? acp[agent];
  return !entry?.roles || entry.roles.includes(role);
}

/**
 * The agent a task asks for, its project prefers, or, with auto, the one that worked on it before or one that is
 * installed and logged in. While its account is parked or stopped another agent takes over where the project allows
 * it; else the task waits for the account. Nothing of a parked or stopped account is started, not even to look at it.
 */
export async function chooseImplementer(run: Run): Promise<StageResult<Chosen>> {
  const without = await withoutModel(run);
  if (without === undefined) return chooseWithModel(run);
  const before = await implementerBefore(run);
  if (strategyOf(run) === "deterministic") return chosen(run, without, null, before);
  // Nobody has to be logged in for words that need no model.
  const picked = await chooseWithModel(run);
  return picked.ok ? picked : chosen(run, without, null, before);
}

async function chooseWithModel(run: Run): Promise<StageResult<Chosen>> {
  const accounts = run.deps.agents.byAgent(await blockedAccounts(run.deps.storage.reader));
  const before = await implementerBefore(run);
  const wanted = wantedAgent(run);
  const first = wanted === "auto" ? before : wanted;
  const account = first === undefined ? undefined : accounts.get(first);
  if (first !== undefined && account !== undefined) {
    const other = await substituteFor(run, first, before);
    if (other) return chosen(run, other, null, before);
    // Work that only has to be proven or reviewed goes on; a prompt for the account would be held back.
    const own = run.inherited.has("snapshot/1") ? run.deps.agents.get(first) : undefined;
    if (own) return chosen(run, own, run.task.model, before);
    return { ok: false, end: accountWait(run.task.id, account) };
  }
  if (wanted !== "auto") return named(run, wanted, before);
  const agent = (await stillThere(run, before)) ?? (await pick(run, accounts));
  if (agent) return chosen(run, agent, run.task.model, before);
  const soonest = [...accounts]
    .flatMap(([name, one]) => (mayBe(run, name, "implementer") ? [one] : []))
    .sort((a, b) => (a.wake_at ?? Number.POSITIVE_INFINITY) - (b.wake_at ?? Number.POSITIVE_INFINITY))[0];
  if (soonest) return { ok: false, end: accountWait(run.task.id, soonest) };
  const reached = heldByBudget(run);
  if (reached) return { ok: false, end: stopBy(reached, run.task.id) };
  return waitFor(
    "agent_unavailable",
    "No agent is installed and logged in. `harness doctor` says what is missing.",
    ["harness doctor", `harness task unblock ${run.task.id}`],
  );
}

/**
 * An agent that may go on in place of one whose account cannot be used, first the one that did so before; undefined
 * where the project forbids it.
 */
export async function substituteFor(
  run: Run,
  name: string,
  before?: string | undefined,
): Promise<Agent | undefined> {
  if (!run.project.settings.takeover) return undefined;
  const accounts = run.deps.agents.byAgent(await blockedAccounts(run.deps.storage.reader));
  const goesOn = before !== undefined && before !== name && !accounts.has(before);
  return (goesOn ? await stillThere(run, before) : undefined) ?? pick(run, accounts, name);
}

/** The name a task, its project or the operator gives; `auto` leaves the choice to Harness. */
export function wantedAgent(run: {
  readonly deps: Pick<Run["deps"], "config">;
  readonly task: Pick<Run["task"], "agent">;
  readonly project: Pick<Run["project"], "settings">;
}): string {
  const { task, project, deps } = run;
  return (
    [task.agent, project.settings.agent, deps.config.agents.default_agent].find((name) => name !== "auto") ??
    "auto"
  );
}

function chosen(
  run: Run,
  implementer: Agent,
  model: string | null,
  before: string | undefined,
): StageResult<Chosen> {
  // Without a snapshot there is no work to take over.
  const owed = run.task.head_sha !== null && before !== undefined && before !== implementer.name;
  return { ok: true, value: { implementer, model, takes_over_from: owed ? before : null } };
}

async function named(run: Run, wanted: string, before: string | undefined): Promise<StageResult<Chosen>> {
  const { deps, task } = run;
  const agent = deps.agents.get(wanted);
  const probe = agent && (await deps.agents.check(agent));
  if (!agent || !probe?.installed)
    return waitFor(
      "agent_unavailable",
      `The agent ${wanted} is not installed${probe?.problem ? `: ${probe.problem}` : "."}`,
      ["harness doctor", `harness task unblock ${task.id}`],
    );
  if (probe.logged_in !== false) return chosen(run, agent, task.model, before);
  const message = deps.redact(probe.problem ?? "The program says that nobody is logged in.");
  const account = await deps.log.write((tx) =>
    refuseLogin(tx, { agent, account: deps.agents.accountOf(wanted) }, message),
  );
  const other = await substituteFor(run, wanted);
  return other ? chosen(run, other, null, before) : { ok: false, end: accountWait(task.id, account) };
}

function pick(
  run: Run,
  accounts: ReadonlyMap<string, BlockedAccount>,
  except?: string,
): Promise<Agent | undefined> {
  return run.deps.agents.pickAuto(
    (name) =>
      name !== except &&
      !accounts.has(name) &&
      reachedOf(run, name) === undefined &&
      mayBe(run, name, "implementer"),
  );
}

/** The budget of an agent that could do the work otherwise. */
function heldByBudget(run: Run): Reached | undefined {
  return run.deps.agents
    .list()
    .filter(({ name }) => mayBe(run, name, "implementer"))
    .map(({ name }) => reachedOf(run, name))
    .find((reached) => reached !== undefined);
}

function reachedOf({ deps, project }: Run, agent: string): Reached | undefined {
  const account = deps.agents.accountOf(agent);
  return deps.limits.reachedOfAgent({ project_id: project.id, agent, account, model: null });
}

async function stillThere(run: Run, before: string | undefined): Promise<Agent | undefined> {
  const agent = before === undefined ? undefined : run.deps.agents.get(before);
  return agent && (await run.deps.agents.check(agent)).usable ? agent : undefined;
}

/** Who implemented the task last. */
async function implementerBefore(run: Run): Promise<string | undefined> {
  if (run.task.attempts <= 1) return undefined;
  const turns = await turnHistory(run.deps.storage.reader, run.task.id);
  const modelled = (name: string) => run.deps.agents.get(name)?.kind !== "deterministic";
  return turns.findLast(({ role, agent }) => role === "implementer" && modelled(agent))?.agent;
}
