import {
  type Approval,
  type ApprovalScope,
  type ExpiryPolicy,
  HarnessError,
  type NewId,
} from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { Database, Tx } from "../storage/index.ts";
import { type Asked, actionHash, ruleHash } from "./action-hash.ts";
import { toApproval } from "./approval-row.ts";

/** Where a question comes from. */
export interface AskedBy {
  readonly project_id: string;
  readonly thread_id: string;
  readonly turn_id: string;
  readonly task_id: string | null;
  readonly attempt_id: string | null;
  readonly agent: string;
}

/** How a question is put. */
export interface Asking {
  readonly summary: string;
  readonly why: string;
  readonly on_expiry: ExpiryPolicy;
  /** Milliseconds until `on_expiry` answers; undefined waits for ever. */
  readonly expires_ms: number | undefined;
}

/** How a question was answered. */
export interface Decision {
  readonly status: "allowed" | "denied" | "answered" | "expired" | "withdrawn";
  readonly scope?: ApprovalScope;
  readonly reason?: string;
  readonly answers?: Readonly<Record<string, string>>;
  readonly by: string;
}

/** Longest input of a question that is kept to be shown (characters of JSON); its hash is of all of it. */
const INPUT_CAP = 65_536;

function bounded(input: unknown): string {
  const text = JSON.stringify(input) ?? "null";
  return text.length <= INPUT_CAP
    ? text
    : JSON.stringify({ cut: true, characters: text.length, begins: text.slice(0, INPUT_CAP / 2) });
}

const scopeOf = (row: AskedBy) => ({
  project_id: row.project_id,
  task_id: row.task_id,
  thread_id: row.thread_id,
  turn_id: row.turn_id,
});

/**
 * The question of this turn about exactly this: the one that is open already, after a restart too, or a new one. An
 * agent that asks again is not a person who is asked again.
 */
export async function openApproval(
  tx: WriteTx,
  by: AskedBy,
  asked: Asked,
  asking: Asking,
  newId: NewId,
): Promise<Approval> {
  const action_hash = actionHash(asked);
  const known = await tx.db
    .selectFrom("approvals")
    .selectAll()
    .where("action_hash", "=", action_hash)
    .where("status", "=", "pending")
    .where(by.task_id === null ? "thread_id" : "task_id", "=", by.task_id ?? by.thread_id)
    .orderBy("id")
    .executeTakeFirst();
  if (known) return toApproval(known);
  const row: Database["approvals"] = {
    ...by,
    id: newId("approval"),
    kind: asked.kind,
    tool: asked.tool,
    summary: tx.redact(asking.summary),
    command: tx.redact(asked.command),
    paths: JSON.stringify(tx.redact(asked.paths)),
    input: asked.input === undefined ? null : bounded(tx.redact(asked.input)),
    questions: JSON.stringify(tx.redact(asked.questions)),
    action_hash,
    why: asking.why,
    status: "pending",
    scope: null,
    reason: null,
    answers: null,
    decided_by: null,
    on_expiry: asking.on_expiry,
    expires_at: asking.expires_ms === undefined ? null : tx.now + asking.expires_ms,
    created_at: tx.now,
    decided_at: null,
    consumed_at: null,
  };
  await tx.db.insertInto("approvals").values(row).execute();
  const approval = toApproval(row);
  await tx.append({ ...scopeOf(by), type: "approval.requested", actor: by.agent, data: { approval } });
  return approval;
}

/**
 * An answer that holds for exactly this: one given for the attempt, or one that nobody was told yet because the
 * process that asked was gone by then. Told once: it is marked in the same transaction.
 */
export async function takeAnswer(tx: WriteTx, by: AskedBy, asked: Asked): Promise<Approval | undefined> {
  const rows = await tx.db
    .selectFrom("approvals")
    .selectAll()
    .where("action_hash", "=", actionHash(asked))
    .where(by.task_id === null ? "thread_id" : "task_id", "=", by.task_id ?? by.thread_id)
    .where("status", "in", ["allowed", "denied", "answered", "expired"])
    .orderBy("id", "desc")
    .limit(100)
    .execute();
  const row = rows.find(
    (one) => one.consumed_at === null || (one.scope === "attempt" && one.attempt_id === by.attempt_id),
  );
  if (!row) return undefined;
  if (row.consumed_at === null) await consume(tx, row);
  return toApproval({ ...row, consumed_at: row.consumed_at ?? tx.now });
}

/**
 * What a person said before to exactly this in the same task, told or not: leave for certain bytes holds as long as
 * they are the same. A denial counts until it was told; after that the same is asked anew.
 */
export async function standingAnswer(
  tx: WriteTx,
  by: AskedBy & { readonly task_id: string },
  asked: Asked,
): Promise<Approval | undefined> {
  const row = await tx.db
    .selectFrom("approvals")
    .selectAll()
    .where("action_hash", "=", actionHash(asked))
    .where("task_id", "=", by.task_id)
    .where("status", "in", ["allowed", "denied"])
    .orderBy("id", "desc")
    .executeTakeFirst();
  if (!row || (row.status === "denied" && row.consumed_at !== null)) return undefined;
  if (row.consumed_at === null) await consume(tx, row);
  return toApproval({ ...row, consumed_at: row.consumed_at ?? tx.now });
}

/** Marks that the agent was told. False when it was told before: an answer is told once. */
export async function consumeAnswer(tx: WriteTx, id: string): Promise<Approval | undefined> {
  const row = await tx.db.selectFrom("approvals").selectAll().where("id", "=", id).executeTakeFirst();
  if (!row || row.status === "pending" || row.consumed_at !== null) return undefined;
  await consume(tx, row);
  return toApproval({ ...row, consumed_at: tx.now });
}

async function consume(tx: WriteTx, row: Database["approvals"]): Promise<void> {
  await tx.db.updateTable("approvals").set({ consumed_at: tx.now }).where("id", "=", row.id).execute();
  await tx.append({
    ...scopeOf(row),
    type: "approval.consumed",
    actor: row.agent,
    data: { approval_id: row.id },
  });
}

/** Answers a question. Throws `approval_not_found` and, for one that is answered, `approval_decided`. */
export async function decide(tx: WriteTx, id: string, decision: Decision, newId: NewId): Promise<Approval> {
  const row = await tx.db.selectFrom("approvals").selectAll().where("id", "=", id).executeTakeFirst();
  if (!row) throw new HarnessError("approval_not_found", `There is no approval ${id}.`);
  if (row.status !== "pending")
    throw new HarnessError(
      "approval_decided",
      `Approval ${id} was decided already: ${row.status} by ${row.decided_by ?? "nobody"}.`,
    );
  if (row.kind === "protected_change" && decision.scope === "always")
    throw new HarnessError(
      "invalid_params",
      "scope: leave for a protected change is for exactly what it changes. Allow it once; to have such files asked about no more, change policy.protected_changes.",
      { field: "scope" },
    );
  const change = {
    status: decision.status,
    scope: decision.scope ?? null,
    reason: decision.reason ?? null,
    answers: decision.answers ? JSON.stringify(decision.answers) : null,
    decided_by: decision.by,
    decided_at: tx.now,
  };
  await tx.db.updateTable("approvals").set(change).where("id", "=", id).execute();
  const approval = toApproval({ ...row, ...change });
  if (decision.status === "allowed" && decision.scope === "always")
    await addRule(tx, approval, decision.by, newId);
  await tx.append({
    ...scopeOf(row),
    type: "approval.decided",
    actor: decision.by,
    data: { approval_id: id, status: change.status, scope: change.scope, reason: change.reason },
  });
  return approval;
}

async function addRule(tx: WriteTx, approval: Approval, created_by: string, newId: NewId): Promise<void> {
  const { project_id, kind, tool, command, paths, id } = approval;
  await tx.db
    .insertInto("approval_rules")
    .values({
      id: newId("approval_rule"),
      project_id,
      kind,
      tool,
      command,
      paths: JSON.stringify(paths),
      match_hash: ruleHash(approval),
      approval_id: id,
      created_by,
      created_at: tx.now,
      hits: 0,
    })
    .onConflict((conflict) => conflict.columns(["project_id", "match_hash"]).doNothing())
    .execute();
}

/** Takes back what nobody answered of a turn that is over. Returns how many. */
export async function withdrawOfTurn(tx: WriteTx, turnId: string, why: string): Promise<number> {
  const rows = await tx.db
    .selectFrom("approvals")
    .selectAll()
    .where("turn_id", "=", turnId)
    .where("status", "=", "pending")
    .execute();
  for (const row of rows) {
    await tx.db
      .updateTable("approvals")
      .set({ status: "withdrawn", reason: why, decided_by: "harness", decided_at: tx.now })
      .where("id", "=", row.id)
      .execute();
    await tx.append({
      ...scopeOf(row),
      type: "approval.decided",
      actor: "harness",
      data: { approval_id: row.id, status: "withdrawn", scope: null, reason: why },
    });
  }
  return rows.length;
}

/** The approval with this id. Throws `approval_not_found`. */
export async function getApproval(db: Tx, id: string): Promise<Approval> {
  const row = await db.selectFrom("approvals").selectAll().where("id", "=", id).executeTakeFirst();
  if (!row) throw new HarnessError("approval_not_found", `There is no approval ${id}.`);
  return toApproval(row);
}

/** Questions nobody answered in time, the oldest first. */
export async function expiredApprovals(db: Tx, now: number): Promise<Approval[]> {
  const rows = await db
    .selectFrom("approvals")
    .selectAll()
    .where("status", "=", "pending")
    .where("expires_at", "<=", now)
    .where("on_expiry", "<>", "wait")
    .orderBy("expires_at")
    .limit(100)
    .execute();
  return rows.map(toApproval);
}

/** When the next question expires (epoch milliseconds). */
export async function nextExpiry(db: Tx): Promise<number | undefined> {
  const row = await db
    .selectFrom("approvals")
    .select((eb) => eb.fn.min("expires_at").as("at"))
    .where("status", "=", "pending")
    .where("on_expiry", "<>", "wait")
    .where("expires_at", "is not", null)
    .executeTakeFirst();
  return row?.at === null || row?.at === undefined ? undefined : Number(row.at);
}
