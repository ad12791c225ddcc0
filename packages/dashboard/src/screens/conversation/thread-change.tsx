import type { Result } from "@harness/protocol";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useCallback, useMemo } from "react";
import { useLive, useRead } from "../../live/index.ts";
import { Empty, Loaded, Panel } from "../../ui/index.ts";
import {
  type ChangeSource,
  ChangeViewer,
  CollectedBadge,
  CommentList,
  type Place,
  SinceSelect,
  useLooks,
} from "../../work/index.ts";

const route = getRouteApi("/ui/conversations/$threadId");

/** What a conversation changed, read line by line. */
export function ThreadChange({ thread }: { readonly thread: Result<"thread/get"> }): ReactNode {
  const { since, file, line, at } = route.useSearch();
  const navigate = useNavigate({ from: "/ui/conversations/$threadId" });
  const [looks, change] = useLooks();
  const source = useSource(thread.id);
  const read = useRead(
    "thread/diff",
    {
      thread_id: thread.id,
      ...(since === undefined ? {} : { since_commit: since }),
      ...(looks.ignoreWhitespace ? { ignore_whitespace: true } : {}),
    },
    { keep: true },
  );
  const onPlace = useCallback(
    (place: Place) =>
      void navigate({ search: (before) => ({ ...before, ...place }), replace: true, resetScroll: false }),
    [navigate],
  );
  const onSince = (word: string) =>
    void navigate({
      search: (before) => ({ ...before, since: word === "" ? undefined : word }),
      resetScroll: false,
    });
  const picker = <SinceSelect points={pointsOf(thread)} since={since ?? ""} onSince={onSince} />;
  return (
    <div className="flex flex-col gap-3">
      {(read.data?.files.length ?? 0) === 0 && picker}
      <Loaded read={read} what="the change">
        {(data) =>
          data.files.length === 0 ? (
            <Empty title="Nothing was changed" />
          ) : (
            <ChangeViewer
              change={data}
              source={source}
              looks={looks}
              onLooks={change}
              place={{ file, line, at }}
              onPlace={onPlace}
              panel={(onComment) => (
                <Panel title="Comments" actions={<CollectedBadge />}>
                  <CommentList onComment={onComment} />
                  <p className="text-muted">They go along with what you say next to the agent, above.</p>
                </Panel>
              )}
            >
              {picker}
            </ChangeViewer>
          )
        }
      </Loaded>
    </div>
  );
}

/** The points of a conversation its change can be shown from: the base, and the turns that left a snapshot. */
function pointsOf({
  turn_history,
  base_branch,
  base_sha,
  head_sha,
}: Result<"thread/get">): (readonly [since: string, name: string])[] {
  const points = new Map([["", `the base${base_branch === null ? "" : ` (${base_branch})`}`]]);
  for (const [index, { commit, rolled_back }] of turn_history.entries())
    if (commit !== null && !rolled_back && commit !== base_sha && commit !== head_sha)
      points.set(commit, `turn ${index + 1} (${commit.slice(0, 7)})`);
  return [...points];
}

function useSource(thread_id: string): ChangeSource {
  const { client } = useLive();
  return useMemo(
    () => ({
      since: (commit) => client.call("thread/diff", { thread_id, since_commit: commit }),
      file: (path, commit) => client.call("thread/file", { thread_id, path, commit }),
    }),
    [client, thread_id],
  );
}
