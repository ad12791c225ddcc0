import { HarnessError } from "@harness/protocol";
import { type ThreadRecord, type TurnRecord, turnsOfThread } from "../threads/index.ts";
import type { ConversationDeps } from "./conversation-deps.ts";

/** A state of a conversation's work to go on from. */
export interface Checkpoint {
  readonly commit: string;
  /** The turns it holds, the one it was taken after last. */
  readonly turns: readonly TurnRecord[];
}

/**
 * The newest checkpoint of a thread, or the one after a turn of it. Throws `turn_not_found`, and the code that is
 * wanted when nothing was changed up to there.
 */
export async function checkpointOf(
  { storage }: Pick<ConversationDeps, "storage">,
  thread: ThreadRecord,
  turnId: string | undefined,
  missing: { readonly code: "nothing_to_publish" | "nothing_to_prove"; readonly verb: string },
): Promise<Checkpoint> {
  const turns = (await turnsOfThread(storage.reader, thread.id)).filter(({ rolled_back }) => !rolled_back);
  const at = turns.findIndex(({ id }) => id === turnId);
  const turn = turns[at];
  if (turnId !== undefined && turn === undefined)
    throw new HarnessError(
      "turn_not_found",
      `Thread ${thread.id} has no turn ${turnId}, or went back to before it.`,
    );
  const commit = turn === undefined ? thread.head_sha : turn.commit;
  if (commit !== null && commit !== thread.base_sha) {
    const last = turn === undefined ? turns.findLastIndex((one) => one.commit === commit) : at;
    return { commit, turns: turns.slice(0, last + 1) };
  }
  const why =
    turn === undefined
      ? "no turn of it has changed a file"
      : `nothing was changed up to turn ${turn.id}, or it is not over`;
  throw new HarnessError(
    missing.code,
    `Thread ${thread.id} has nothing to ${missing.verb}: ${why}. Have its agent make the change first.`,
  );
}
