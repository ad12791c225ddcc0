import type { Publication } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { Tx } from "../storage/index.ts";
import { type ThreadRecord, threadScope } from "./thread-store.ts";

/** A checkpoint that is meant to be a branch, and may be one already. */
export interface IntendedPublication {
  readonly thread_id: string;
  readonly commit: string;
  readonly branch: string;
}

/** Records that a checkpoint is about to be published, before it is: a repeat finds the same branch. */
export async function intendPublication(tx: WriteTx, meant: IntendedPublication): Promise<void> {
  const { thread_id, commit: commit_sha, branch } = meant;
  const row = { thread_id, commit_sha, branch, published_as: null, created_at: tx.now, published_at: null };
  await tx.db
    .insertInto("publications")
    .values(row)
    .onConflict((conflict) => conflict.columns(["thread_id", "commit_sha", "branch"]).doNothing())
    .execute();
}

/** Forgets what was meant and refused. */
export async function dropPublication(tx: WriteTx, meant: IntendedPublication): Promise<void> {
  await tx.db
    .deleteFrom("publications")
    .where("thread_id", "=", meant.thread_id)
    .where("commit_sha", "=", meant.commit)
    .where("branch", "=", meant.branch)
    .where("published_as", "is", null)
    .execute();
}

/** Records where what was meant was published, and tells when that is news. */
export async function recordPublication(
  tx: WriteTx,
  thread: ThreadRecord,
  meant: IntendedPublication,
  made: { readonly branch: string; readonly actor: string },
): Promise<Publication> {
  const { thread_id, commit } = meant;
  const { branch, actor } = made;
  const known = await tx.db
    .selectFrom("publications")
    .select(["published_as", "published_at"])
    .where("thread_id", "=", thread_id)
    .where("commit_sha", "=", commit)
    .where("branch", "=", meant.branch)
    .executeTakeFirst();
  if (known?.published_as === branch && known.published_at !== null)
    return present({ branch, commit, at: known.published_at });
  await tx.db
    .updateTable("publications")
    .set({ published_as: branch, published_at: tx.now })
    .where("thread_id", "=", thread_id)
    .where("commit_sha", "=", commit)
    .where("branch", "=", meant.branch)
    .execute();
  const data = { branch, commit, trust: "claimed" } as const;
  await tx.append({ ...threadScope(thread), type: "thread.published", actor, data });
  return present({ branch, commit, at: tx.now });
}

/** The branches of a thread, the newest last. */
export async function publicationsOf(db: Tx, threadId: string): Promise<Publication[]> {
  const rows = await db
    .selectFrom("publications")
    .selectAll()
    .where("thread_id", "=", threadId)
    .orderBy("published_at")
    .orderBy("commit_sha")
    .execute();
  return rows.flatMap(({ published_as: branch, commit_sha: commit, published_at: at }) =>
    branch === null || at === null ? [] : [present({ branch, commit, at })],
  );
}

/** Publications that were meant and are not known to have happened. */
export async function openPublications(db: Tx): Promise<IntendedPublication[]> {
  const rows = await db
    .selectFrom("publications")
    .selectAll()
    .where("published_as", "is", null)
    .orderBy("created_at")
    .execute();
  return rows.map(({ thread_id, commit_sha: commit, branch }) => ({ thread_id, commit, branch }));
}

function present({ at, ...made }: { branch: string; commit: string; at: number }): Publication {
  return { ...made, trust: "claimed", published_at: new Date(at).toISOString() };
}
