import type { PlanAuthoring, TaskPlan, ThreadItem } from "@harness/protocol";
import { findProject } from "../projects/index.ts";
import { findTask } from "../tasks/index.ts";
import type { ThreadRecord, TurnRecord } from "../threads/index.ts";
import type { OperationsDeps } from "./deps.ts";
import { authoringOf } from "./plan-authoring.ts";
import { changed } from "./plan-state.ts";
import { provingTasks } from "./thread-proofs.ts";

type Deps = Pick<OperationsDeps, "log" | "storage">;

/** What was read of a thread already. */
interface Known {
  readonly thread: ThreadRecord;
  /** Oldest first, without those that were rolled back. */
  readonly turns: readonly TurnRecord[];
  /** Of the newest turn. */
  readonly items: readonly ThreadItem[];
  /** The newest plan of the newest turn, in the agent's words. */
  readonly planText: string | null;
  readonly plan: TaskPlan | null;
}

/** What the newest turn of a thread means to write. */
export async function planAuthoring(deps: Deps, known: Known): Promise<PlanAuthoring | null> {
  const { thread, turns } = known;
  const last = turns.at(-1);
  if (last === undefined || last.purpose === "compact") return null;
  const items = known.items.map(({ item }) => item);
  const facts = { items, planText: known.planText };
  if (thread.task_id !== null) return ofTask(deps, thread, { ...facts, plan: known.plan });
  return authoringOf({
    ...facts,
    request: last.input ?? "",
    plan: null,
    checks: [],
    implements: false,
    changed: changed(turns, turns.length - 1, thread.base_sha),
    validated: await proven(deps, thread.id, last.commit),
  });
}

async function ofTask(
  { storage }: Deps,
  { task_id, role }: ThreadRecord,
  facts: Pick<Parameters<typeof authoringOf>[0], "items" | "planText" | "plan">,
): Promise<PlanAuthoring | null> {
  const task = role === "implementer" ? await findTask(storage.reader, task_id ?? "") : undefined;
  if (task === undefined) return null;
  const project = await findProject(storage.reader, task.project_id);
  const { base_sha, head_sha, evidence } = task;
  const checks = project?.settings.validation ?? "none";
  return authoringOf({
    ...facts,
    request: task.request.prompt ?? task.title,
    checks: checks === "none" ? [] : checks,
    implements: true,
    changed: head_sha !== null && head_sha !== base_sha,
    validated: evidence.state === "passed" && head_sha !== null && evidence.commit === head_sha,
  });
}

/** Whether a task proved a checkpoint as it is, without more work on it. */
async function proven(deps: Deps, thread_id: string, commit: string | null): Promise<boolean> {
  if (commit === null) return false;
  const tasks = await provingTasks(deps, thread_id);
  return tasks.some(
    ({ request: { proves }, evidence }) =>
      proves?.checkpoint === commit && evidence.state === "passed" && evidence.commit === proves.commit,
  );
}
