import type { ReportFailed, ReportFinished, ReportGoingOn, ReportNeed } from "@harness/protocol";
import type { Tx } from "../storage/index.ts";
import { type TaskRecord, usageOf } from "../tasks/index.ts";
import { short, time, timeOrNull } from "./limits.ts";
import { acceptCommand, retryCommand } from "./next-command.ts";

/** Names of projects, by id. */
export type Names = ReadonlyMap<string, string>;

/** The lines of tasks that ended well, with the commands that were run on exactly their commit. */
export async function finishedLines(
  db: Tx,
  tasks: readonly TaskRecord[],
  names: Names,
): Promise<ReportFinished[]> {
  const ran = await commandsRun(db, tasks);
  return tasks.map((task): ReportFinished => {
    const { state, commit, counts } = task.evidence;
    const { verdict, agent, rounds } = task.review;
    return {
      ...about(task, names),
      status: task.status,
      branch: task.branch,
      base_branch: task.base_branch,
      commit: task.head_sha,
      changes: task.changes,
      evidence: { state, commit, counts, commands: ran.get(`${task.id} ${commit}`) ?? [] },
      review: { state: task.review.state, verdict, agent, rounds },
      accepted: [...task.accepted],
      grade: task.grade?.letter ?? null,
      ...used(task),
      attempts: task.attempts,
      duration_ms: task.started_at === null ? null : (task.finished_at ?? 0) - task.started_at,
      finished_at: time(task.finished_at ?? 0),
      landed: task.landed,
      discarded_at: timeOrNull(task.discarded_at),
      command:
        task.status !== "done" || task.branch === null || task.landed !== null || task.discarded_at !== null
          ? null
          : acceptCommand(task.id, task.base_branch),
    };
  });
}

/** The line of a task that waits for a person. */
export function needLine(task: TaskRecord, names: Names, now: number): ReportNeed {
  const reason = task.block_reason;
  const since = reason?.since ?? time(task.updated_at);
  return {
    ...about(task, names),
    account: reason?.account ?? null,
    code: reason?.code ?? "unknown",
    reason: short(reason?.message ?? ""),
    since,
    age_ms: Math.max(0, now - Date.parse(since)),
    expires_at: reason?.expires_at ?? null,
    command: reason?.unblock[0] ?? `harness task show ${task.id}`,
  };
}

/** The line of a task that ended badly. */
export function failedLine(task: TaskRecord, names: Names): ReportFailed {
  const error = task.error ?? { code: "unknown", message: "No reason was recorded." };
  return {
    ...about(task, names),
    status: task.status,
    error: { ...error, message: short(error.message) },
    head_sha: task.head_sha,
    branch: task.branch,
    attempts: task.attempts,
    ...used(task),
    finished_at: time(task.finished_at ?? 0),
    command: retryCommand(task),
  };
}

/** The line of a task that goes on by itself. */
export function goingOnLine(task: TaskRecord, names: Names): ReportGoingOn {
  const reason = task.block_reason;
  const queued = task.status === "queued";
  return {
    ...about(task, names),
    status: task.status,
    code: reason?.code ?? null,
    reason: reason === null ? null : short(reason.message),
    since: reason?.since ?? time(queued ? task.queued_at : (task.started_at ?? task.updated_at)),
    until: reason?.until ?? (queued ? timeOrNull(task.not_before) : null),
    expires_at: reason?.expires_at ?? null,
  };
}

function about(task: TaskRecord, names: Names) {
  return {
    task_id: task.id,
    project_id: task.project_id,
    project: names.get(task.project_id) ?? task.project_id,
    title: short(task.title, 200),
  };
}

function used(task: TaskRecord) {
  const { cost_usd, total_tokens } = usageOf(task);
  return { cost_usd, total_tokens };
}

/** Names of the commands that passed, by task and commit. */
async function commandsRun(db: Tx, tasks: readonly TaskRecord[]): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom("evidence")
    .select(["task_id", "commit_sha", "name"])
    .where("task_id", "in", ["", ...tasks.map((task) => task.id)])
    .where("passed", "=", 1)
    .orderBy("id")
    .execute();
  const ran = new Map<string, string[]>();
  for (const { task_id, commit_sha, name } of rows) {
    const key = `${task_id} ${commit_sha}`;
    ran.set(key, [...new Set([...(ran.get(key) ?? []), short(name, 100)])]);
  }
  return ran;
}
