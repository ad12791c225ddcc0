import { HarnessError, type Landing, type Parsed, type Result } from "@harness/protocol";
import { z } from "zod";
import { getProject } from "../projects/index.ts";
import {
  effectDone,
  effectsOf,
  getTask,
  intendEffect,
  landTask,
  refuseDiscarded,
  type TaskRecord,
} from "../tasks/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller } from "./invoke.ts";

const Intent = z.object({
  into: z.string(),
  head: z.string(),
  from: z.string(),
  to: z.string(),
  how: z.enum(["fast_forward", "merge"]),
});
type Intent = z.infer<typeof Intent>;

type Wish = Parsed<"task/accept"> & { readonly into: string };

/**
 * Lands the proven work of a finished task in a branch of the user's. The intent is recorded before anything is
 * touched, and what an interrupted try did is found and adopted: nothing is merged twice. Landing again in the same
 * branch answers what is there.
 */
export async function landFinished(
  deps: OperationsDeps,
  wish: Wish,
  caller: Caller,
): Promise<Result<"task/accept">> {
  const { handover } = deps.workspaces;
  const { project_id } = await getTask(deps.storage.reader, wish.task_id);
  const { id: projectId, root } = await getProject(deps.storage.reader, project_id);
  return handover.alone(projectId, async () => {
    const task = await getTask(deps.storage.reader, wish.task_id);
    const work = landable(task, wish);
    const place = { projectId, root };
    const known = task.landed;
    if (known?.branch === wish.into)
      if (await handover.holds({ ...place, branch: wish.into, commit: known.commit }))
        return answer(task, known, null);
    refuseUnproven(task, work.commit);
    const intents = await intentsOf(deps, task.id, wish.into, work.commit);
    const spec = { ...place, ...work, into: wish.into, strategy: wish.strategy ?? "auto", intended: intents };
    const plan = await handover.plan(spec);
    if (plan.status === "there") {
      const ours = await adopt(deps, { ...place, into: wish.into, intents });
      const done = ours ?? { to: plan.tip, how: "already_merged" as const };
      return record(deps, task, { ...done, key: ours?.key, into: wish.into, head: work.commit }, caller);
    }
    const intent: Intent = {
      into: wish.into,
      head: work.commit,
      from: plan.from,
      to: plan.to,
      how: plan.how,
    };
    const key = `land:${task.id}:${work.commit}:${wish.into}:${plan.from}:${plan.to}`;
    await deps.log.write((tx) => intendEffect(tx, { key, task_id: task.id, kind: "land", intent }));
    await handover.land(spec, plan);
    const landed = { ...intent, key };
    return record(deps, task, landed, caller, plan.checkout?.workTree ?? null);
  });
}

/** The published work of a finished task, as the person meant it. */
function landable(task: TaskRecord, wish: Wish): { readonly branch: string; readonly commit: string } {
  refuseDiscarded(task, "land");
  if (task.status !== "done" || task.branch === null || task.head_sha === null)
    throw new HarnessError(
      "illegal_transition",
      `Cannot land task ${task.id}: it is ${task.status}, and only a done task has work to land.${
        task.status === "waiting" ? ` To accept what is unproven of it, leave --into out.` : ""
      }`,
      { got: task.status },
    );
  if (wish.head_sha !== undefined && wish.head_sha !== task.head_sha)
    throw new HarnessError(
      "head_moved",
      `Task ${task.id} is at ${task.head_sha} now, not at ${wish.head_sha}. Look at the newer work first.`,
      { field: "head_sha", got: wish.head_sha },
    );
  return { branch: task.branch, commit: task.head_sha };
}

/** Only what was proven and reviewed at this very commit lands, or what a person chose to have unproven. */
function refuseUnproven(task: TaskRecord, head: string): void {
  const { evidence, review } = task;
  const again = `Prove it again: harness task revise ${task.id} "Prove this commit"`;
  if (evidence.commit !== head)
    throw new HarnessError(
      "evidence_stale",
      `The evidence of task ${task.id} is of ${evidence.commit ?? "no commit"}, not of ${head}. ${again}`,
      { field: "task_id", expected: head, got: evidence.commit ?? "none" },
    );
  if (review.commit !== head)
    throw new HarnessError(
      "evidence_stale",
      `The review of task ${task.id} is of ${review.commit ?? "no commit"}, not of ${head}. ${again}`,
      { field: "task_id", expected: head, got: review.commit ?? "none" },
    );
  const proven = evidence.state === "passed" || evidence.state === "waived";
  const reviewed =
    review.state === "approved" || review.state === "waived" || task.accepted.includes("review_limit");
  if (proven && reviewed) return;
  throw new HarnessError(
    "unproven",
    `Cannot land task ${task.id}: its validation is ${evidence.state}, its review is ${review.state}, and nobody accepted that. Ask for a change: harness task revise ${task.id} "…"`,
    { field: "task_id" },
  );
}

async function intentsOf(
  deps: OperationsDeps,
  taskId: string,
  into: string,
  head: string,
): Promise<(Intent & { readonly key: string })[]> {
  const effects = await effectsOf(deps.storage.reader, taskId, ["land"]);
  return effects
    .map(({ key, intent }) => ({ key, ...Intent.parse(intent) }))
    .filter((intent) => intent.into === into && intent.head === head);
}

/** The landing an interrupted try made, if the branch holds it. */
async function adopt(
  deps: OperationsDeps,
  at: {
    readonly projectId: string;
    readonly root: string;
    readonly into: string;
    readonly intents: readonly (Intent & { readonly key: string })[];
  },
): Promise<(Intent & { readonly key: string }) | undefined> {
  const { projectId, root, into } = at;
  for (const intent of at.intents.toReversed())
    if (await deps.workspaces.handover.holds({ projectId, root, branch: into, commit: intent.to }))
      return intent;
  return undefined;
}

async function record(
  deps: OperationsDeps,
  task: TaskRecord,
  done: {
    readonly key: string | undefined;
    readonly into: string;
    readonly head: string;
    readonly to: string;
    readonly how: Landing["how"];
  },
  caller: Caller,
  checkout: string | null = null,
): Promise<Result<"task/accept">> {
  const landing = await deps.log.write(async (tx) => {
    const at = new Date(tx.now).toISOString();
    const made: Landing = { branch: done.into, commit: done.to, how: done.how, at };
    if (done.key !== undefined) await effectDone(tx, done.key, made);
    const current = await getTask(tx.db, task.id);
    await landTask(tx, current, { head_sha: done.head, landing: made, actor: caller.actor });
    return made;
  });
  return answer(task, landing, checkout);
}

/** Only the proven commit itself is verified; a merge of it with other work is a new commit nobody ran. */
function answer(task: TaskRecord, landed: Landing, checkout: string | null): Result<"task/accept"> {
  const verified = task.evidence.state === "passed" && landed.commit === task.evidence.commit;
  return { task_id: task.id, status: task.status, landed, verified, checkout };
}
