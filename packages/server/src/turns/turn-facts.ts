import type { TurnFacts } from "../hooks/index.ts";
import type { Storage } from "../storage/index.ts";
import { attemptWorkspace } from "../tasks/index.ts";
import { findTurn } from "../threads/index.ts";
import type { Workspaces } from "../workspaces/index.ts";

/** What hooks that hear of a turn from the log are told of it besides, as far as it is known still. */
export function turnFacts({
  storage,
  workspaces,
}: {
  readonly storage: Pick<Storage, "reader">;
  readonly workspaces: Pick<Workspaces, "list">;
}): TurnFacts {
  return async (turnId) => {
    const turn = await findTurn(storage.reader, turnId);
    if (turn === undefined) return { agent: null, cwd: null };
    const { agent, attempt_id, thread_id } = turn;
    if (attempt_id !== null) return { agent, cwd: await attemptWorkspace(storage.reader, attempt_id) };
    const own = (await workspaces.list()).find(({ attemptId }) => attemptId === thread_id);
    return { agent, cwd: own?.path ?? null };
  };
}
