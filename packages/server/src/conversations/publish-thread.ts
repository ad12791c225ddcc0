import { HarnessError, isHarnessError, type Result } from "@harness/protocol";
import { checkRefName } from "../git/index.ts";
import { findProject, getProject } from "../projects/index.ts";
import { type EgressGate, told } from "../secrets/index.ts";
import {
  dropPublication,
  findThread,
  intendPublication,
  openPublications,
  publicationsOf,
  recordPublication,
  type ThreadRecord,
} from "../threads/index.ts";
import { branchName, type Leaving, secretsLeaving } from "../workspaces/index.ts";
import { checkpointOf } from "./checkpoint.ts";
import type { ConversationDeps } from "./conversation-deps.ts";

type Deps = Pick<ConversationDeps, "log" | "storage" | "workspaces">;

/** What is published, and as what. */
export interface PublishWish {
  /** The turn whose checkpoint it is; the newest unless told. */
  readonly turn_id?: string | undefined;
  readonly branch?: string | undefined;
  readonly actor: string;
}

/**
 * Publishes a checkpoint of a thread as a branch of the user's repository, as a task's finished work is: never forced,
 * nothing of the checkout touched; a branch of the thread's own moves forward while it stands where it was left. The
 * intent is recorded first and looked up on a repeat, so that a crash between the two makes no second branch. Nothing
 * is proven by it: the work is CLAIMED. Throws `nothing_to_publish`, `turn_not_found`, `secret_egress`, `branch_taken`
 * and what the repository refuses.
 */
export async function publishThread(
  deps: Deps & { readonly egress: EgressGate },
  thread: ThreadRecord,
  wish: PublishWish,
): Promise<Result<"thread/publish">> {
  const { commit } = await checkpointOf(deps, thread, wish.turn_id, {
    code: "nothing_to_publish",
    verb: "publish",
  });
  const project = await getProject(deps.storage.reader, thread.project_id);
  const { id: projectId, root, settings } = project;
  const named = { prefix: settings.branch_prefix, title: thread.title, taskId: thread.id };
  const branch = wish.branch ?? branchName(named);
  checkRefName(branch);
  await refuseSecrets(deps, { projectId, branch, baseSha: thread.base_sha ?? commit, commit });
  const meant = { thread_id: thread.id, commit, branch };
  return deps.workspaces.handover.alone(projectId, async () => {
    const before = await publicationsOf(deps.storage.reader, thread.id);
    // A name a person chose is a branch of its own.
    const earlier = before.findLast((one) => wish.branch === undefined || one.branch === wish.branch);
    await deps.log.write((tx) => intendPublication(tx, meant));
    const from = earlier ? { earlier } : {};
    const made = await deps.workspaces
      .publish({ projectId, root, sha: commit, branch, ...from })
      .catch(async (error: unknown) => {
        // A refusal is an answer: nothing was made, and nothing is to be looked for.
        if (isHarnessError(error)) await deps.log.write((tx) => dropPublication(tx, meant));
        throw error;
      });
    const as = { branch: made.branch, actor: wish.actor };
    const published = await deps.log.write((tx) => recordPublication(tx, thread, meant, as));
    const { alreadyThere: already_there } = made;
    return { ...published, thread_id: thread.id, base_sha: thread.base_sha, already_there };
  });
}

async function refuseSecrets(deps: Deps & { readonly egress: EgressGate }, leaving: Leaving): Promise<void> {
  const findings = await secretsLeaving(deps, leaving);
  if (findings?.length === 0) return;
  const why =
    findings === undefined ? "it is too large to be searched for secrets" : `it holds ${told(findings)}`;
  throw new HarnessError("secret_egress", `The checkpoint is not published, for ${why}.`, {
    hint: "Go back to a turn before it with thread rollback and have it done without. What only looks like a secret passes once its fingerprint is in egress.allow and the server was started again.",
  });
}

/**
 * At start: a publication a dead server meant is recorded when its branch is there. When it is not, nothing is made:
 * whoever asked for it got no answer and asks again. Returns how many were found.
 */
export async function notePublications(deps: Deps & Pick<ConversationDeps, "logger">): Promise<number> {
  const { storage, workspaces, logger, log } = deps;
  let found = 0;
  for (const meant of await openPublications(storage.reader)) {
    const thread = await findThread(storage.reader, meant.thread_id);
    const project = thread && (await findProject(storage.reader, thread.project_id));
    if (!thread || !project) continue;
    const earlier = (await publicationsOf(storage.reader, thread.id)).at(-1)?.branch;
    const where = { projectId: project.id, root: project.root, branch: meant.branch, sha: meant.commit };
    const branch = await workspaces.handover
      .publishedAs({ ...where, ...(earlier === undefined ? {} : { earlier }) })
      .catch((error: unknown) => {
        logger.warn({ err: error, thread_id: thread.id }, "a publication could not be looked for");
        return undefined;
      });
    if (branch === undefined) continue;
    await log.write((tx) => recordPublication(tx, thread, meant, { branch, actor: "harness" }));
    found += 1;
  }
  return found;
}
