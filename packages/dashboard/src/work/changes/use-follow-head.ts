import { isHarnessError } from "@harness/protocol";
import { useEffect } from "react";
import { followUntilOver, useObserved } from "../../live/index.ts";
import type { ChangeSource } from "../change-source.ts";
import type { Comments } from "../comments/index.ts";
import { movesOf } from "./moves.ts";

/**
 * Moves comments along when the work went on: from the commit their line is in to the newest. Where nothing can be known
 * any more of the older commit, they are outdated and stay as they are.
 */
export function useFollowHead(store: Comments, head: string | null, source: ChangeSource): void {
  const comments = useObserved(store.all);
  const behind = comments.flatMap(({ side, outdated, commit }) =>
    side === "after" && !outdated && commit !== head ? [commit] : [],
  );
  const commits = [...new Set(behind)].sort().join(" ");
  useEffect(() => {
    if (commits === "" || head === null) return;
    const over = new AbortController();
    for (const commit of commits.split(" "))
      void followUntilOver(
        over.signal,
        async () => {
          const change = await source.since(commit);
          if (!over.signal.aborted && change.head !== null)
            store.follow(commit, change.head, movesOf(change));
        },
        (error) => {
          const gone = isHarnessError(error, "snapshot_not_found");
          if (gone) store.follow(commit, head, () => null);
          return isHarnessError(error);
        },
      );
    return () => over.abort();
  }, [commits, head, source, store]);
}
