import { type BlockedAccount, blockedAccounts } from "../agents/index.ts";
import type { WriteTx } from "../events/index.ts";
import { getProject, type ProjectRecord } from "../projects/index.ts";
import { findTask, transition } from "../tasks/index.ts";
import { accountWait } from "./account-waits.ts";
import { wantedAgent } from "./choose-implementer.ts";
import type { OrchestratorDeps } from "./run.ts";

/** Queued tasks looked at in one go; the rest is found the next time. */
const AT_ONCE = 200;

/**
 * Lets queued tasks wait visibly for the account of the agent they name, before an attempt is made for them. Belongs
 * in the transaction of the claim. Tasks that leave the choice to Harness, that another agent may take over or that
 * have work already are left to their attempt, which looks again before it starts anything.
 */
export async function holdForAccounts(tx: WriteTx, deps: Pick<OrchestratorDeps, "config">): Promise<void> {
  const accounts = await blockedAccounts(tx.db);
  if (accounts.size === 0) return;
  const queued = await tx.db
    .selectFrom("tasks")
    .select(["id", "project_id", "agent"])
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
    const account = accounts.get(wantedAgent({ deps, task, project }));
    if (account && !project.settings.takeover) await hold(tx, task.id, account);
  }
}

async function hold(tx: WriteTx, id: string, account: BlockedAccount): Promise<void> {
  const task = await findTask(tx.db, id);
  if (task?.status !== "queued") return;
  const reason = { ...accountWait(id, account).reason, since: new Date(tx.now).toISOString() };
  await transition(tx, task, { type: "wait", reason }, "dispatcher", { not_before: null });
}
