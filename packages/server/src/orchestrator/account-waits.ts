import type { BlockReason } from "@harness/protocol";
import { type BlockedAccount, beginProbe, blockedAccount, freeAccount } from "../agents/index.ts";
import type { WriteTx } from "../events/index.ts";
import { findTask, type TaskRecord, transition } from "../tasks/index.ts";
import type { AttemptEnd } from "./run.ts";

/** An end that waits for the account of an agent. */
export type AccountWait = Extract<AttemptEnd, { type: "waiting" }>;

/** The way out of a task whose next prompt is for an account that cannot be used. */
export function accountWait(
  taskId: string,
  account: BlockedAccount,
  more: Pick<AccountWait, "delivered" | "goes_on"> = {},
): AccountWait {
  const { name, message } = account;
  const says = {
    quota: ["quota", `${name} has used up its quota: ${message}`],
    failures: ["provider_failing", `${name} rests, then one turn tries it: ${message}`],
    login: ["auth", `The login of ${name} does not work: ${message} ${account.fix ?? ""}`.trim()],
  } as const;
  const reason: Omit<BlockReason, "since"> = {
    code: says[account.cause][0],
    message: says[account.cause][1],
    needs: account.cause === "login" ? "person" : "timer",
    unblock: [`harness agent resume ${account.name}`, `harness task unblock ${taskId}`],
    until: account.wake_at === null ? null : new Date(account.wake_at).toISOString(),
    account: account.name,
  };
  return { type: "waiting", reason, ...more };
}

/**
 * Lets a task wait for an account. It uses up none of its tries. A prompt that was given and has to be given again is
 * counted; after too many a person is asked. A task whose account has come back meanwhile, or that another agent can
 * take over, is queued at once.
 */
export async function settleAccountWait(
  tx: WriteTx,
  task: TaskRecord,
  end: AccountWait,
  use: { readonly as: string; readonly max_redeliveries: number },
): Promise<void> {
  const tries = Math.max(0, task.tries - 1);
  const name = end.reason.account ?? "";
  const again = end.delivered === true && end.reason.code === "quota";
  if (again && task.redeliveries >= use.max_redeliveries) {
    const reason = redeliveryLimit(task, end.reason.message, tx.now);
    await transition(tx, task, { type: "wait", reason }, use.as, { tries, not_before: null });
    return;
  }
  const patch = { tries, redeliveries: task.redeliveries + (again ? 1 : 0), not_before: null };
  const account = await blockedAccount(tx.db, name);
  if (account === undefined || end.goes_on === true) {
    const reason = account === undefined ? `${name} works again` : `another agent takes over from ${name}`;
    await transition(tx, task, { type: "requeue", reason }, use.as, patch);
    return;
  }
  const { reason } = accountWait(task.id, account);
  const since = new Date(tx.now).toISOString();
  await transition(tx, task, { type: "wait", reason: { ...reason, since } }, use.as, patch);
}

function redeliveryLimit(task: TaskRecord, why: string, now: number): BlockReason {
  return {
    code: "redelivery_limit",
    message: `Its prompts were given again ${task.redeliveries} times after a used-up quota. ${why}`,
    needs: "person",
    since: new Date(now).toISOString(),
    unblock: [`harness task unblock ${task.id}`, `harness task cancel ${task.id}`],
    until: null,
  };
}

/**
 * Lets one turn try an account whose rest is over: the task that has waited for it longest is queued, the others wait
 * for what comes of it. `retry_ms`: when no turn tries it, the next one is queued then.
 */
export async function tryAccount(tx: WriteTx, name: string, retry_ms: number): Promise<void> {
  const next = await tx.db
    .selectFrom("tasks")
    .select("id")
    .where("wait_account", "=", name)
    .where("status", "=", "waiting")
    .orderBy("queued_at")
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
  await beginProbe(tx, name, { wanted: next !== undefined, retry_ms });
  if (await blockedAccount(tx.db, name)) return;
  const task = next && (await findTask(tx.db, next.id));
  if (task?.status === "waiting")
    await transition(tx, task, { type: "unblock", by: `account ${name}` }, "timer", { not_before: null });
}

/** Lets an account be used again and queues the tasks that wait for it, the oldest first. Returns how many. */
export async function wakeAccount(tx: WriteTx, name: string, by: string): Promise<number> {
  const freed = await freeAccount(tx, name);
  const waiting = await tx.db
    .selectFrom("tasks")
    .select("id")
    .where("wait_account", "=", name)
    .where("status", "=", "waiting")
    .orderBy("queued_at")
    .orderBy("id")
    .execute();
  if (freed)
    await tx.append({
      type: "account.woken",
      actor: by,
      data: { account: name, tasks: waiting.length, by },
    });
  for (const { id } of waiting) {
    const task = await findTask(tx.db, id);
    if (task?.status === "waiting")
      await transition(tx, task, { type: "unblock", by: `account ${name}` }, by, { not_before: null });
  }
  return waiting.length;
}
