import {
  HarnessError,
  isHarnessError,
  type Params,
  type ProvenCheckpoint,
  type StoredTaskRequest,
  type TaskCreated,
  type TaskRequest,
} from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import { defaultProject, getProject, type ProjectRecord } from "../projects/index.ts";
import { diskFullError, type Tx } from "../storage/index.ts";
import {
  backlog,
  dependencyReason,
  insertTask,
  type NewTask,
  newTaskRow,
  type openDependencies,
  type TaskLimits,
} from "../tasks/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller } from "./invoke.ts";
import { checkAgent } from "./project-handlers.ts";
import { checkProfile } from "./sandbox-profile.ts";
import { withTemplate } from "./task-template.ts";

/** Fields whose capability is not there yet; a request that names one is refused by name, never half done. */
const LATER: readonly (keyof TaskRequest)[] = ["issue", "pr", "repo", "wait_secs"];

/** Checks what can be checked without the database. */
export function checkRequest(deps: OperationsDeps, request: TaskRequest): void {
  for (const field of LATER) {
    if (request[field] !== undefined) {
      throw new HarnessError(
        "capability_missing",
        `${field} needs GitHub, which this version cannot talk to yet. Describe the work in prompt.`,
        { field },
      );
    }
  }
  if (request.prompt === undefined || request.prompt.trim() === "") {
    throw new HarnessError("invalid_params", "At least one of prompt, issue and pr is needed.", {
      field: "prompt",
      allowed: ["prompt", "issue", "pr"],
    });
  }
  checkAgent(deps, request.agent);
  checkAgent(deps, request.reviewer, "reviewer");
  checkProfile(deps, request.sandbox);
}

/** Refuses a base branch the repository does not have; looked at before the transaction, which git would hold up. */
export async function checkBase(
  { storage: { reader }, workspaces }: Pick<OperationsDeps, "storage" | "workspaces">,
  { project, base_branch }: TaskRequest,
): Promise<void> {
  if (base_branch === undefined) return;
  const { root } = await (project === undefined ? defaultProject(reader) : getProject(reader, project));
  await workspaces.resolveBase(root, base_branch);
}

/** Why base branches of some requests cannot be begun at, by `baseKey`. Looked at before the transaction as well. */
export type RefusedBases = ReadonlyMap<string, HarnessError>;

/** Looks at each base branch some requests name, once. What else is wrong with them is said when they are resolved. */
export async function refusedBases(
  deps: Pick<OperationsDeps, "storage" | "workspaces">,
  requests: readonly TaskRequest[],
): Promise<RefusedBases> {
  const refused = new Map<string, HarnessError>();
  const bases = new Map(requests.map((request) => [baseKey(request), request]));
  for (const [key, request] of bases)
    await checkBase(deps, request).catch((error: unknown) => {
      if (!isHarnessError(error)) throw error;
      if (error.code === "invalid_ref") refused.set(key, error);
    });
  return refused;
}

/** Throws what `refusedBases` found about a request. */
export function refuseBase(refused: RefusedBases, request: TaskRequest): void {
  const error = refused.get(baseKey(request));
  if (error !== undefined) throw error;
}

function baseKey({ project, base_branch }: TaskRequest): string {
  return JSON.stringify([project, base_branch]);
}

/** What is decided about a task before it is stored, by the list it is in or the work it begins with. */
interface Decided {
  readonly id: string;
  readonly list_id?: string;
  readonly proves?: ProvenCheckpoint;
  readonly work?: NonNullable<NewTask["work"]>;
}

/** Stores one task in the caller's transaction. The whole request is kept: a restart needs nothing else. */
export async function submitTask(
  deps: OperationsDeps,
  tx: WriteTx,
  given: TaskRequest,
  caller: Caller,
  decided?: Decided,
): Promise<TaskCreated> {
  if (deps.space.fullSince !== undefined) throw diskFullError();
  const { project, request, title } = await resolveRequest(deps, tx.db, given);
  await refuseWhenFull(deps, tx);
  const { id = deps.newId("task"), list_id, proves, work } = decided ?? {};
  const depends_on = [...new Set(request.depends_on ?? [])];
  await checkLinks(tx, [...depends_on, ...(request.parent_task_id ? [request.parent_task_id] : [])]);
  const row = newTaskRow({
    id,
    project_id: project.id,
    base_branch: request.base_branch ?? project.settings.base_branch,
    title,
    request: proves === undefined ? request : { ...request, proves },
    limits: limitsOf(deps, request),
    source: caller.via,
    ...(list_id === undefined ? {} : { list_id }),
    ...(work === undefined ? {} : { work }),
    now: tx.now,
  });
  Object.assign(row, untilDone(await openOf(tx, depends_on), tx.now));
  const links = { labels: request.labels ?? [], depends_on, prompt: request.prompt ?? "" };
  await insertTask(tx, row, links, caller.actor);
  return {
    task_id: id,
    status: row.status as TaskCreated["status"],
    execution_path: "task_runner",
    project_id: project.id,
    stream_url: `/tasks/${id}/stream`,
    websocket_url: `/ws/${id}`,
  };
}

/** What a row says while tasks it depends on have not ended well; nothing when there are none. */
function untilDone(
  open: Awaited<ReturnType<typeof openOf>>,
  now: number,
): Partial<ReturnType<typeof newTaskRow>> {
  const failed = open.find(({ status }) => ["failed", "cancelled", "budget_exhausted"].includes(status));
  const on = failed ?? open[0];
  if (on === undefined) return {};
  const text = failed
    ? `It depends on ${on.id}, which ended ${on.status}. Retry that task, or cancel this one.`
    : `It starts when ${on.id} is done${open.length > 1 ? ` and ${open.length - 1} more` : ""}.`;
  const reason = dependencyReason(failed ? "dependency_failed" : "dependency", on.id, text, now);
  return { status: "waiting", pending_dependencies: open.length, block_reason: JSON.stringify(reason) };
}

/** A request with the project it is for, what its template makes of it, and the title it is shown by. */
export interface ResolvedRequest {
  readonly project: ProjectRecord;
  readonly request: StoredTaskRequest;
  readonly title: string;
}

/** Finds the project and fills in the template; what comes out is stored, so that later changes do not matter. */
export async function resolveRequest(
  deps: OperationsDeps,
  db: Tx,
  given: TaskRequest,
): Promise<ResolvedRequest> {
  const asked = withoutSecrets(deps, given);
  const project =
    asked.project === undefined ? await defaultProject(db) : await getProject(db, asked.project);
  const title = asked.title ?? titleOf(asked.prompt ?? "");
  const request = withTemplate(project, asked, title);
  if (request.asked !== undefined) {
    checkAgent(deps, request.agent);
    checkAgent(deps, request.reviewer, "reviewer");
  }
  return { project, request: { ...request, prompt: request.prompt ?? "" }, title };
}

/** The request as it may be stored and shown: no text of it holds a secret of this server. */
function withoutSecrets(deps: OperationsDeps, request: TaskRequest): TaskRequest {
  const clean = Object.entries(request).map(([name, value]) => {
    if (typeof value === "string") return [name, deps.redact(value)] as const;
    return [name, Array.isArray(value) ? value.map(deps.redact) : value] as const;
  });
  return Object.fromEntries(clean);
}

/** Limits of a task: its own, else the server's. */
export function limitsOf(deps: OperationsDeps, request: TaskRequest): TaskLimits {
  const { limits, concurrency } = deps.config;
  const silence = concurrency.stall_timeout_secs ?? limits.idle_timeout_secs;
  return {
    max_rounds: request.max_rounds ?? null,
    max_turns: request.max_turns ?? limits.max_turns,
    max_attempts: request.max_attempts ?? limits.max_attempts,
    turn_timeout_ms: (request.turn_timeout_secs ?? limits.turn_timeout_secs) * 1000,
    stall_timeout_ms: (request.stall_timeout_secs ?? silence) * 1000,
    max_budget_usd: request.max_budget_usd ?? limits.max_budget_usd,
    max_tokens: request.max_tokens ?? limits.max_tokens,
    max_wall_secs: request.max_wall_secs ?? limits.max_wall_secs,
    no_progress_turns: request.no_progress_turns ?? limits.no_progress_turns,
    same_failure_times: request.same_failure_times ?? limits.same_failure_times,
    retry_base_backoff_ms: request.retry_base_backoff_ms ?? limits.retry_base_backoff_ms,
    retry_max_backoff_ms: request.retry_max_backoff_ms ?? limits.retry_max_backoff_ms,
    max_wait_ms: (request.max_wait_secs ?? limits.max_wait_secs) * 1000,
  };
}

/** What a batch item says, joined with what the batch says for all. */
export function batchRequest(
  batch: Params<"task/create_batch">,
  item: NonNullable<Params<"task/create_batch">["tasks"]>[number],
): TaskRequest {
  const { description, ...rest } = item;
  const shared = {
    project: batch.project,
    agent: batch.agent,
    max_rounds: batch.max_rounds,
    turn_timeout_secs: batch.turn_timeout_secs,
  };
  const given = Object.fromEntries(Object.entries(shared).filter(([, value]) => value !== undefined));
  return { ...given, ...rest, prompt: rest.prompt ?? description };
}

async function refuseWhenFull(deps: OperationsDeps, tx: WriteTx): Promise<void> {
  const { max_queued_tasks } = deps.config.concurrency;
  if ((await backlog(tx.db)) >= max_queued_tasks) {
    throw new HarnessError(
      "overloaded",
      `${max_queued_tasks} tasks are waiting already (concurrency.max_queued_tasks). Cancel some, or raise the limit.`,
      { retry_after_s: 60 },
    );
  }
}

/** Refuses ids of tasks that do not exist. */
export async function checkLinks(tx: Pick<WriteTx, "db">, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const known = await tx.db.selectFrom("tasks").select("id").where("id", "=", id).executeTakeFirst();
    if (!known)
      throw new HarnessError("task_not_found", `There is no task ${id} to depend on.`, {
        field: "depends_on",
        got: id,
      });
  }
}

/** Those of some tasks that have not ended well, by id. */
export async function openOf(
  tx: Pick<WriteTx, "db">,
  ids: readonly string[],
): Promise<Awaited<ReturnType<typeof openDependencies>>> {
  if (ids.length === 0) return [];
  return tx.db
    .selectFrom("tasks")
    .select(["id", "status"])
    .where("id", "in", [...ids])
    .where("status", "not in", ["done", "no_change"])
    .orderBy("id")
    .execute();
}

/** The first line of a prompt, short enough for a list. */
function titleOf(prompt: string): string {
  const line = prompt.trim().split("\n", 1)[0]!.trim();
  return line.length <= 100 ? line : `${line.slice(0, 99)}…`;
}
