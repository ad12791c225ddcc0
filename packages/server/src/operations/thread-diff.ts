import { HarnessError, type Parsed, type Result } from "@harness/protocol";
import { getThread, turnsOfThread } from "../threads/index.ts";
import { changeBetween } from "./change-between.ts";
import type { OperationsDeps } from "./deps.ts";

/** What a thread changed since its base, one of its turns or one of its snapshots. */
export async function threadDiff(
  deps: OperationsDeps,
  { thread_id, since_turn, since_commit: since, ignore_whitespace }: Parsed<"thread/diff">,
): Promise<Result<"thread/diff">> {
  const thread = await getThread(deps.storage.reader, thread_id);
  const turns = await turnsOfThread(deps.storage.reader, thread_id);
  const turn = since_turn === undefined ? undefined : turns.find(({ id }) => id === since_turn);
  if (since_turn !== undefined && !turn)
    throw new HarnessError("turn_not_found", `Thread ${thread_id} has no turn ${since_turn}.`);
  if (since !== undefined && since !== thread.base_sha && !turns.some(({ commit }) => commit === since))
    throw new HarnessError(
      "snapshot_not_found",
      `Thread ${thread_id} has no snapshot ${since}. Its turns name those there are; leave since_commit out for the whole change.`,
      { field: "since_commit", got: since },
    );
  const base = since ?? turn?.commit ?? thread.base_sha;
  const how = { ignoreWhitespace: ignore_whitespace === true };
  return { thread_id, ...(await changeBetween(deps, thread.project_id, base, thread.head_sha, how)) };
}
