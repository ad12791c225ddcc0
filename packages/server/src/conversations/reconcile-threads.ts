import { getProject } from "../projects/index.ts";
import { endTurn, getThread, moveTurn, openTurns, type TurnRecord, threadScope } from "../threads/index.ts";
import type { ConversationDeps } from "./conversation-deps.ts";
import { setAsideUnfinished } from "./set-up-place.ts";
import { openPlace, takeCheckpoint } from "./thread-workspace.ts";

/**
 * At start: a turn that is still marked running belongs to a dead process. One that waited for a person goes on
 * waiting, without a process; any other is closed as crashed, and what its workspace holds is kept. Returns how many.
 */
export async function closeInterrupted(deps: ConversationDeps): Promise<number> {
  const dead = (await openTurns(deps.storage.reader)).filter(({ status }) => status === "running");
  for (const turn of dead) await closeTurn(deps, turn);
  return dead.length;
}

async function closeTurn(deps: ConversationDeps, turn: TurnRecord): Promise<void> {
  const thread = await getThread(deps.storage.reader, turn.thread_id);
  const scope = { ...threadScope(thread), turn_id: turn.id };
  const asked = await deps.storage.reader
    .selectFrom("approvals")
    .select(["id", "summary"])
    .where("turn_id", "=", turn.id)
    .where((eb) =>
      eb.or([
        eb("status", "=", "pending"),
        eb.and([eb("status", "<>", "withdrawn"), eb("consumed_at", "is", null)]),
      ]),
    )
    .executeTakeFirst();
  const failure = { code: "crashed", message: "The server stopped while this turn ran." };
  const commit = await keepWork(deps, turn).catch((error: unknown) => {
    deps.logger.warn({ err: error, thread_id: thread.id }, "no checkpoint of an interrupted turn");
    return undefined;
  });
  await deps.log.write(async (tx) => {
    await deps.caps.turns.cutShort(tx, turn.id, tx.now, !asked);
    if (asked) {
      await moveTurn(tx, turn.id, "waiting");
      const data = { approval_id: asked.id, reason: `a person is asked: ${asked.summary}` };
      await tx.append({ ...scope, type: "turn.waiting", actor: "harness", data });
      return;
    }
    const { usage } = turn;
    await tx.append({
      ...scope,
      type: "turn.ended",
      actor: "harness",
      data: { status: "failed", failure, usage, commit: commit ?? turn.commit },
    });
    await endTurn(tx, turn.id, { status: "failed", failure, usage });
  });
}

/** The commit of the checkpoint; undefined when there is no workspace to take one of. */
async function keepWork(deps: ConversationDeps, turn: TurnRecord): Promise<string | undefined> {
  const thread = await getThread(deps.storage.reader, turn.thread_id);
  const there = (await deps.workspaces.list()).some(({ attemptId }) => attemptId === thread.id);
  if (!there) return undefined;
  const project = await getProject(deps.storage.reader, thread.project_id);
  const place = await openPlace(deps, project, thread);
  await setAsideUnfinished(deps, thread, place);
  return takeCheckpoint(deps, thread, place, turn.id);
}
