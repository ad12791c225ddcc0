import { HarnessError, idPattern, type Params, type Proof, type Result } from "@harness/protocol";
import { evidenceOf } from "../evidence/index.ts";
import { getProject } from "../projects/index.ts";
import { reviewsOf } from "../review/index.ts";
import {
  attemptHistory,
  exactCounts,
  getTask,
  isTerminal,
  listTasks,
  maintainedCounts,
  presentTasks,
  stageHistory,
  type TaskFilter,
  type TaskRecord,
  usageOf,
} from "../tasks/index.ts";
import { artifactsOf, promptsOf, tasksOfAgents, tasksOfModel, turnHistory } from "../threads/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";
import { projectIdsOf } from "./project-ids.ts";
import { taskDiff } from "./task-diff.ts";
import { workOf } from "./task-work.ts";

type Names =
  | "task/list"
  | "task/get"
  | "task/proof"
  | "task/prompts"
  | "task/artifacts"
  | "task/diff"
  | "event/query";

const EVENT_PAGE = 50;

/** Everything that only reads tasks and their events. */
export function taskQueries(deps: OperationsDeps): Pick<Handlers, Names> {
  const db = () => deps.storage.reader;
  return {
    "task/list": (params) => list(deps, params),
    "task/get": async ({ task_id }) => {
      const record = await getTask(db(), task_id);
      const [[task], attempt_history, stages, turns, evidence_history, review_history] = await Promise.all([
        presentTasks(db(), [record]),
        attemptHistory(db(), task_id),
        stageHistory(db(), task_id),
        turnHistory(db(), task_id),
        evidenceOf(db(), task_id),
        reviewsOf(db(), task_id),
      ]);
      return {
        ...task!,
        ...(await workOf(db(), record, stages)),
        prompt: record.request.prompt ?? "",
        request: { ...record.request },
        ...limitsOf(deps, record, attempt_history),
        attempt_history,
        stages,
        turns,
        evidence_history,
        review_history,
      };
    },
    "task/proof": ({ task_id }) => proof(deps, task_id),
    "task/prompts": async ({ task_id }) => {
      await getTask(db(), task_id);
      return promptsOf(db(), task_id);
    },
    "task/artifacts": async ({ task_id }) => {
      await getTask(db(), task_id);
      return artifactsOf(db(), task_id);
    },
    "task/diff": (params) => taskDiff(deps, params),
    "event/query": async ({ after_seq, task_id, project_id: key, attempt_id, type, limit }) => {
      if (task_id !== undefined) await getTask(db(), task_id);
      const most = limit ?? EVENT_PAGE;
      const named = key !== undefined && !idPattern("project").test(key);
      const project_id = named ? (await getProject(db(), key)).id : key;
      const filter = { task_id, project_id, types: type };
      const found = await deps.log.read({ afterSeq: after_seq ?? 0, filter, limit: most });
      const data =
        attempt_id === undefined
          ? found
          : found.filter((event) => "attempt_id" in event.data && event.data.attempt_id === attempt_id);
      return { data, last_seq: found.at(-1)?.seq ?? after_seq ?? 0, has_more: found.length === most };
    },
  };
}

/** The limits of a task and what was used against them, the time of a live attempt included. */
function limitsOf(
  { clock }: OperationsDeps,
  record: TaskRecord,
  attempts: Result<"task/get">["attempt_history"],
): Pick<Result<"task/get">, "limits" | "spent"> {
  const { max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts } = record.limits;
  const { no_progress_turns, same_failure_times } = record.limits;
  const caps = { max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts };
  const { cost_usd, total_tokens } = usageOf(record);
  const live = attempts.find(({ status }) => status === "running");
  const wall_ms = record.wall_ms + (live ? Math.max(0, clock.now() - Date.parse(live.started_at)) : 0);
  return {
    limits: { ...caps, no_progress_turns, same_failure_times },
    spent: { cost_usd, total_tokens, wall_ms, turns: record.turns, attempts: record.tries },
  };
}

async function list(deps: OperationsDeps, params: Params<"task/list">): Promise<Result<"task/list">> {
  const db = deps.storage.reader;
  const project_ids = await projectIdsOf(db, params.project_id);
  const filter: TaskFilter = {
    id: params.id,
    status: params.status,
    scheduler_state: params.scheduler_state,
    active: params.active,
    kind: params.kind,
    source: params.source,
    label: params.label,
    list_id: params.list_id,
    q: params.q,
    rating: params.rating,
    created_after: momentOf(params.created_after),
    created_before: momentOf(params.created_before),
    done_by: [
      ...(params.agent?.length
        ? [{ column: "agent", names: params.agent, tasks: tasksOfAgents(params.agent) } as const]
        : []),
      ...(params.model === undefined
        ? []
        : [{ column: "model", names: [params.model], tasks: tasksOfModel(params.model) } as const]),
    ],
    project_ids,
  };
  const [{ rows, page }, counts] = await Promise.all([
    listTasks(db, filter, { limit: params.limit ?? 50, cursor: params.cursor }),
    params.counts === true ? exactCounts(db, filter) : maintainedCounts(db, project_ids),
  ]);
  return { data: await presentTasks(db, rows), page: { ...page }, counts };
}

function momentOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

async function proof(deps: OperationsDeps, taskId: string): Promise<Proof> {
  const db = deps.storage.reader;
  const task = await getTask(db, taskId);
  if (!isTerminal(task.status)) {
    throw new HarnessError(
      "not_finished",
      `Task ${task.id} is ${task.status}; its proof exists once it has ended.`,
      { got: task.status },
    );
  }
  const [evidence, reviews] = await Promise.all([evidenceOf(db, taskId), reviewsOf(db, taskId)]);
  const { state } = task.evidence;
  const outcome = task.review.state;
  return {
    task_id: task.id,
    status: task.status,
    pr_url: null,
    branch: task.branch,
    commit: task.head_sha,
    ci_status: state === "passed" || state === "failed" ? state : "unknown",
    review_outcome: outcome === "none" || outcome === "waived" ? "skipped" : outcome,
    review_rounds: task.review.rounds,
    quality_signals: [
      { name: "grade", value: task.grade?.letter ?? null },
      { name: "score", value: task.grade?.score ?? null },
      { name: "validation", value: state },
      { name: "review", value: outcome },
      { name: "independent_review", value: reviews.at(-1)?.independent ?? null },
      { name: "attempts", value: task.attempts },
      { name: "sandbox", value: task.sandbox?.driver ?? null },
    ],
    evidence,
    reviews,
    grade: task.grade,
    accepted: [...task.accepted],
    sandbox: task.sandbox,
  };
}
