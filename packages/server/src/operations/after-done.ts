import { realpath } from "node:fs/promises";
import path from "node:path";
import { HarnessError, type Parsed, type Result } from "@harness/protocol";
import { discardEffect, letGo } from "../orchestrator/index.ts";
import { getProject, type ProjectRecord } from "../projects/index.ts";
import type { Tx } from "../storage/index.ts";
import {
  effectDone,
  getTask,
  intendEffect,
  isTerminal,
  markDiscarded,
  refuseDiscarded,
  reviseTask,
  scopeOf,
  type TaskRecord,
  transition,
} from "../tasks/index.ts";
import { landFinished } from "./after-landing.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller, Handlers } from "./invoke.ts";
import { refuseWhenDraining } from "./project-handlers.ts";
import { inAllowedRoots } from "./project-settings.ts";
import { raised } from "./task-handlers.ts";

type Names = "task/accept" | "task/revise" | "task/checkout" | "task/discard";

/** What a person does with the work of a task: take it, have it changed, look at it, throw it away. */
export function afterDoneHandlers(deps: OperationsDeps): Pick<Handlers, Names> {
  return {
    "task/accept": async (params, caller) => {
      refuseWhenDraining(deps);
      return params.into === undefined
        ? acceptWait(deps, params, caller)
        : landFinished(deps, { ...params, into: params.into }, caller);
    },
    "task/revise": async ({ task_id, prompt, ...limits }, caller) => {
      refuseWhenDraining(deps);
      const task = await deps.log.write(async (tx) => {
        const before = await getTask(tx.db, task_id);
        const text = deps.redact(prompt);
        return reviseTask(tx, before, { text, actor: caller.actor, limits: raised(before.limits, limits) });
      });
      return { task_id, status: task.status, revision: task.revisions };
    },
    "task/checkout": (params) => checkOut(deps, params),
    "task/discard": ({ task_id }, caller) => discard(deps, task_id, caller),
  };
}

/** A person accepts what is unproven of a task that waits for exactly that. */
async function acceptWait(
  deps: OperationsDeps,
  { task_id, head_sha, strategy }: Parsed<"task/accept">,
  caller: Caller,
): Promise<Result<"task/accept">> {
  if (strategy !== undefined)
    throw new HarnessError("invalid_params", "strategy: it needs into, the branch to land in.", {
      field: "strategy",
    });
  const task = await deps.log.write(async (tx) => {
    const before = await getTask(tx.db, task_id);
    if (before.status === "done")
      throw new HarnessError(
        "illegal_transition",
        `Cannot accept task ${before.id}: it is done. To land its work in a branch: harness task accept ${before.id} --into ${before.base_branch}`,
        { field: "into", got: before.status },
      );
    if (head_sha !== undefined && head_sha !== before.head_sha)
      throw new HarnessError(
        "evidence_stale",
        `Task ${before.id} is at ${before.head_sha ?? "no commit"} now, not at ${head_sha}. Look at the newer work first.`,
        { field: "head_sha", got: head_sha },
      );
    const code = before.block_reason?.code ?? "";
    const next = await transition(tx, before, { type: "accept" }, caller.actor, {
      not_before: null,
      accepted: JSON.stringify([...new Set([...before.accepted, code])]),
    });
    await tx.append({ ...scopeOf(before, caller.actor), type: "task.accepted", data: { code } });
    return next;
  });
  return { task_id, status: task.status, landed: null, verified: null, checkout: null };
}

/**
 * Shows a person the work: the published branch, or, for work that is not published, a branch made of its newest
 * snapshot. The intent of that branch is recorded, so that discarding the task finds it.
 */
async function checkOut(
  deps: OperationsDeps,
  { task_id, path: wished, switch: switches }: Parsed<"task/checkout">,
): Promise<Result<"task/checkout">> {
  const { handover } = deps.workspaces;
  const db = deps.storage.reader;
  const project = await getProject(db, (await getTask(db, task_id)).project_id);
  const { id: projectId, root } = project;
  return handover.alone(projectId, async () => {
    const task = await getTask(db, task_id);
    refuseDiscarded(task, "check out");
    const branch = await branchToShow(deps, task, project);
    if (switches === true)
      return { task_id, branch, ...(await handover.switchTo({ projectId, root, branch })) };
    const beside = path.join(path.dirname(root), `${path.basename(root)}-${branch.replaceAll("/", "-")}`);
    const fresh = () => freshPath(deps, wished ?? beside, root);
    return { task_id, branch, ...(await handover.worktree({ projectId, root, branch, path: fresh })) };
  });
}

async function branchToShow(
  deps: OperationsDeps,
  task: TaskRecord,
  { id: projectId, root, settings }: ProjectRecord,
): Promise<string> {
  const { branch } = task;
  if (task.status === "done" && branch !== null)
    if ((await deps.workspaces.handover.tip({ projectId, root, branch })) !== undefined) return branch;
  if (task.head_sha === null)
    throw new HarnessError(
      "not_finished",
      `Task ${task.id} is ${task.status} and has no work yet. Look again later.`,
      { got: task.status },
    );
  const commit = task.head_sha;
  const name = `${settings.branch_prefix}wip-${task.id.slice(-8).toLowerCase()}`;
  const key = `preview:${task.id}:${commit}`;
  await deps.log.write((tx) =>
    intendEffect(tx, { key, task_id: task.id, kind: "preview", intent: { branch: name, commit } }),
  );
  const published = await deps.workspaces.publish({ projectId, root, sha: commit, branch: name });
  await deps.log.write((tx) => effectDone(tx, key, { branch: published.branch, commit }));
  return published.branch;
}

/** Where a worktree may be made: in an allowed directory, by real paths, and not inside the repository. */
async function freshPath(deps: OperationsDeps, wished: string, root: string): Promise<string> {
  if (!path.isAbsolute(wished))
    throw new HarnessError("invalid_params", `path: ${wished} is not an absolute path.`, { field: "path" });
  const real = await realTarget(path.normalize(wished));
  inAllowedRoots(deps, real, "path");
  const inside = path.relative(await realpath(root), real);
  if (inside !== "" && (inside.startsWith("..") || path.isAbsolute(inside))) return real;
  throw new HarnessError(
    "root_not_allowed",
    `${real} lies inside the repository itself. Name a directory outside of it with --path.`,
    { field: "path", got: wished },
  );
}

/** The real path of something that may not exist yet: that of its nearest parent that does, and the rest. */
async function realTarget(wished: string): Promise<string> {
  const real = await realpath(wished).catch(() => undefined);
  if (real !== undefined) return real;
  const parent = path.dirname(wished);
  return parent === wished ? wished : path.join(await realTarget(parent), path.basename(wished));
}

/**
 * Throws work away: the task is stopped and marked first, so that nothing brings it back; then its branches and
 * snapshots go. Repeated, it takes what was kept before.
 */
async function discard(
  deps: OperationsDeps,
  taskId: string,
  caller: Caller,
): Promise<Result<"task/discard">> {
  const marked = await deps.log.write(async (tx) => {
    const task = await getTask(tx.db, taskId);
    await refuseNeeded(tx.db, task);
    const cancelled = { type: "cancel", reason: "discarded" } as const;
    const ended = isTerminal(task.status)
      ? task
      : await transition(tx, task, cancelled, caller.actor, { not_before: null });
    const at = await markDiscarded(tx, task);
    await intendEffect(tx, { ...discardEffect(taskId), task_id: taskId, intent: {} });
    return { status: ended.status, attempt: task.current_attempt_id, at };
  });
  if (marked.attempt !== null) await deps.orchestrator.stopTask(marked.attempt);
  await deps.failpoint("K21");
  const branches = await letGo(deps, taskId, caller.actor);
  return {
    task_id: taskId,
    status: marked.status,
    discarded_at: new Date(marked.at).toISOString(),
    branches,
  };
}

/** Work that an unfinished task builds on stays until that task has ended. */
async function refuseNeeded(db: Tx, task: TaskRecord): Promise<void> {
  const rows = await db
    .selectFrom("task_dependencies as d")
    .innerJoin("tasks as t", "t.id", "d.task_id")
    .select(["t.id", "t.status"])
    .where("d.depends_on", "=", task.id)
    .execute();
  const open = rows.filter((row) => !isTerminal(row.status as TaskRecord["status"]));
  if (open.length === 0) return;
  throw new HarnessError(
    "illegal_transition",
    `Cannot discard task ${task.id}: ${open.map((row) => row.id).join(", ")} builds on it. Cancel what builds on it first.`,
    { got: task.status },
  );
}
