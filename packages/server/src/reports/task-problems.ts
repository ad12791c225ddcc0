import { type ListedProblem, type ProblemKind, runningStatuses } from "@harness/protocol";
import { z } from "zod";
import type { Tx } from "../storage/index.ts";
import { parseTaskRow, type TaskRecord } from "../tasks/index.ts";
import { MAX_LINES, short, time } from "./limits.ts";
import { retryCommand } from "./next-command.ts";
import type { Names } from "./task-lines.ts";

/** A task that ran out of its own budget is a problem for so long; then it is history. */
const OVER_BUDGET_MS = 86_400_000;

/** What the last turns of a task brought. */
const Progress = z.object({ idle_turns: z.number(), failure: z.string().nullable(), failures: z.number() });

interface Asked {
  readonly project_id: string | null;
  readonly now: number;
  readonly names: Names;
}

/** The problems of tasks. Each statement goes over an index of the tasks in question, never over all tasks. */
export async function taskProblems(
  db: Tx,
  asked: Asked,
): Promise<{ problems: ListedProblem[]; cut: boolean }> {
  const read = async (query: ReturnType<typeof problemQueries>["waiting"]) =>
    (await query.execute()).map(parseTaskRow);
  const queries = problemQueries(db, asked);
  const [waiting, running, retrying, exhausted] = await Promise.all([
    read(queries.waiting),
    read(queries.running),
    read(queries.retrying),
    read(queries.exhausted),
  ]);
  const problems = [
    ...waiting.slice(0, MAX_LINES).map((task) => waitingProblem(task, asked)),
    ...[...running, ...retrying].flatMap((task) => workProblems(task, asked)),
    ...exhausted.slice(0, MAX_LINES).map((task) => exhaustedProblem(task, asked)),
  ];
  const lists = [waiting, running, retrying, exhausted];
  return { problems, cut: lists.some((list) => list.length > MAX_LINES) };
}

/** The statements behind the list, ordered only where that does not lead to a dearer index. A dependency that is still being worked on is no problem. */
export function problemQueries(db: Tx, { project_id, now }: Pick<Asked, "project_id" | "now">) {
  const tasks = () => {
    const query = db.selectFrom("tasks").selectAll();
    return (project_id === null ? query : query.where("project_id", "=", project_id)).limit(MAX_LINES + 1);
  };
  return {
    waiting: tasks()
      .where("status", "=", "waiting")
      .where("block_reason", "not like", '%"code":"dependency"%')
      .orderBy("id"),
    running: tasks()
      .where("current_attempt_id", "is not", null)
      .where("status", "in", [...runningStatuses]),
    retrying: tasks()
      .where("not_before", "is not", null)
      .where("status", "=", "queued")
      .where("progress", "is not", null),
    exhausted: tasks()
      .where("finished_at", ">", now - OVER_BUDGET_MS)
      .where("status", "=", "budget_exhausted")
      .orderBy("finished_at", "desc"),
  };
}

function waitingProblem(task: TaskRecord, asked: Asked): ListedProblem {
  const reason = task.block_reason;
  return {
    ...about(task, waitKind(task), asked, reason?.since ?? time(task.updated_at)),
    account: reason?.account ?? null,
    code: reason?.code ?? null,
    reason: short(reason?.message ?? "It waits, and no reason was recorded."),
    until: reason?.until ?? null,
    expires_at: reason?.expires_at ?? null,
    commands: reason?.unblock ?? [`harness task unblock ${task.id}`],
  };
}

function waitKind({ block_reason }: TaskRecord): ProblemKind {
  if (block_reason?.code === "storage_full") return "storage_full";
  if (block_reason?.code === "budget") return "over_budget";
  return block_reason === null || block_reason.needs === "person" ? "waiting_for_you" : "parked";
}

/** What is wrong with the work of a task that is not finished. */
function workProblems(task: TaskRecord, asked: Asked): ListedProblem[] {
  const found: ListedProblem[] = [];
  const running = task.status !== "queued";
  const progressAt = task.progress_at ?? task.started_at ?? task.updated_at;
  const make = (kind: ProblemKind, since: number, code: string | null, reason: string) => ({
    ...about(task, kind, asked, time(since)),
    account: null,
    code,
    reason,
    until: null,
    expires_at: null,
    commands: [`harness task watch ${task.id}`, `harness task cancel ${task.id}`],
  });
  const progress = task.progress === null ? null : Progress.parse(JSON.parse(task.progress));
  if (progress && progress.failures >= 2)
    found.push(
      make(
        "looping",
        progressAt,
        progress.failure === null ? null : short(progress.failure, 100),
        `The same failure ${progress.failures} times: ${short(progress.failure ?? "unknown")}`,
      ),
    );
  if (running && progress && progress.idle_turns >= 1)
    found.push(
      make(
        "no_progress",
        progressAt,
        null,
        `${progress.idle_turns} turns in a row brought no new diff and no new test result.`,
      ),
    );
  const limit = task.limits.stall_timeout_ms;
  const silent = asked.now - progressAt;
  if (running && silent >= limit / 2)
    found.push(
      make(
        "stalled",
        progressAt,
        null,
        `No progress for ${Math.floor(silent / 1000)} s; its turn is ended after ${limit / 1000} s of silence.`,
      ),
    );
  return found;
}

function exhaustedProblem(task: TaskRecord, asked: Asked): ListedProblem {
  return {
    ...about(task, "over_budget", asked, time(task.finished_at ?? task.updated_at)),
    account: null,
    code: task.error?.code ?? "budget_exhausted",
    reason: short(task.error?.message ?? "It has used its budget."),
    until: null,
    expires_at: null,
    commands: [retryCommand(task)],
  };
}

function about(task: TaskRecord, kind: ProblemKind, { names, now }: Asked, since: string) {
  return {
    id: `${kind}:${task.id}`,
    kind,
    task_id: task.id,
    thread_id: null,
    project_id: task.project_id,
    project: names.get(task.project_id) ?? task.project_id,
    title: short(task.title, 200),
    since,
    age_ms: Math.max(0, now - Date.parse(since)),
  };
}
