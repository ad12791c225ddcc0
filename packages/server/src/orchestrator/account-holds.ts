import type { BlockReason } from "@harness/protocol";
import { blockedAccounts } from "../agents/index.ts";
import type { WriteTx } from "../events/index.ts";
import { getProject, type ProjectRecord } from "../projects/index.ts";
import { findTask, transition } from "../tasks/index.ts";
import { accountWait } from "./account-waits.ts";
import { wantedAgent } from "./choose-implementer.ts";
import { budgetReason } from "./limits-words.ts";
import type { OrchestratorDeps } from "./run.ts";

/** Queued tasks looked at in one go; the rest is found the next time. */
const AT_ONCE = 200;

/**
 * Lets queued tasks wait visibly for the account of the agent they name, or for a budget of that agent, its account
 * or their model, before an attempt is made for them. Belongs in the transaction of the claim. Tasks that leave the
 * choice to Harness, that another agent may take over or that have work already are left to their attempt, which looks
 * again before it starts anything.
 */
export async function holdForAgents(
  tx: WriteTx,
  deps: Pick<OrchestratorDeps, "config" | "limits" | "agents">,
): Promise<void> {
  const accounts = deps.agents.byAgent(await blockedAccounts(tx.db));
  if (accounts.size === 0 && !deps.limits.holdsAgents()) return;
  const queued = await tx.db
    .selectFrom("tasks")
    .select(["id", "project_id", "agent", "model"])
    .where("status", "=", "queued")
    .where("head_sha", "is", null)
    .where((eb) => eb.or([eb("not_before", "is", null), eb("not_before", "<=", tx.now)]))
    .orderBy("queued_at")
    .orderBy("id")
    .limit(AT_ONCE)
    .execute();
  const projects = new Map<string, ProjectRecord>();
  for (const task of queued) {
    const project = projects.get(task.project_id) ?? (await getProject(tx.db, task.project_id));
    projects.set(task.project_id, project);
    const wanted = wantedAgent({ deps, task, project });
    const account = accounts.get(wanted);
    const { project_id, model } = task;
    const mine = deps.agents.accountOf(wanted);
    const reached = deps.limits.reachedOfAgent({ project_id, agent: wanted, account: mine, model });
    if (account && !project.settings.takeover) await hold(tx, task.id, accountWait(task.id, account).reason);
    else if (reached) await hold(tx, task.id, budgetReason(reached, task.id), reached.until);
  }
}

async function hold(
  tx: WriteTx,
  id: string,
  why: Omit<BlockReason, "since" | "until"> & { readonly until?: string | null },
  not_before: number | null = null,
): Promise<void> {
  const task = await findTask(tx.db, id);
  if (task?.status !== "queued") return;
  const until = not_before === null ? (why.until ?? null) : new Date(not_before).toISOString();
  const reason = { ...why, since: new Date(tx.now).toISOString(), until };
  await transition(tx, task, { type: "wait", reason }, "dispatcher", { not_before });
}
