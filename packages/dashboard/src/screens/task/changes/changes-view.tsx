import type { TaskDetail } from "@harness/protocol";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useCallback, useMemo } from "react";
import { useLive, useRead } from "../../../live/index.ts";
import { Empty, Loaded } from "../../../ui/index.ts";
import { type ChangeSource, ChangeViewer, type Place, SinceSelect, useLooks } from "../../../work/index.ts";
import { SendComments } from "./send-comments.tsx";

const route = getRouteApi("/ui/tasks/$taskId");

/** What a task changed, read line by line, and what a person says to it. */
export function ChangesView({ task }: { readonly task: TaskDetail }): ReactNode {
  const { since = "base", file, line, at } = route.useSearch();
  const navigate = useNavigate({ from: "/ui/tasks/$taskId" });
  const [looks, change] = useLooks();
  const source = useSource(task.id);
  const read = useRead(
    "task/diff",
    {
      task_id: task.id,
      ...(since === "base" ? {} : { since }),
      ...(looks.ignoreWhitespace ? { ignore_whitespace: true } : {}),
    },
    { keep: true, enabled: task.discarded_at === null && task.head_sha !== null },
  );
  const onPlace = useCallback(
    (place: Place) =>
      void navigate({ search: (before) => ({ ...before, ...place }), replace: true, resetScroll: false }),
    [navigate],
  );
  if (task.discarded_at !== null) return <Empty title="The work was discarded" />;
  if (task.head_sha === null) return <Empty title="Nothing is changed yet">Changes show after a turn.</Empty>;
  const onSince = (word: string) =>
    void navigate({ search: (before) => ({ ...before, since: word === "base" ? undefined : word }) });
  const picker = <SinceSelect points={pointsOf(task)} since={since} onSince={onSince} />;
  return (
    <div className="flex flex-col gap-3">
      {(read.data?.files.length ?? 0) === 0 && picker}
      <Loaded read={read} what="the change">
        {(data) =>
          data.files.length === 0 ? (
            <Empty title="No line changed">
              {since === "base" ? "It is as its base is." : "Nothing changed since then."}
            </Empty>
          ) : (
            <ChangeViewer
              change={data}
              source={source}
              looks={looks}
              onLooks={change}
              place={{ file, line, at }}
              onPlace={onPlace}
              panel={(onComment) => <SendComments task={task} onComment={onComment} />}
            >
              {picker}
              {read.isPlaceholderData && <span role="status">Reading this change …</span>}
            </ChangeViewer>
          )
        }
      </Loaded>
    </div>
  );
}

/** The points of a task its change can be shown from: the base, the last turn or review, and each snapshot. */
function pointsOf({
  turns,
  base_branch,
  base_sha,
  head_sha,
}: TaskDetail): (readonly [since: string, name: string])[] {
  const seen = new Set([head_sha, base_sha]);
  const snapshots = turns.flatMap(({ commit, role, round }, index) => {
    if (commit === null || seen.has(commit)) return [];
    seen.add(commit);
    return [[commit, `turn ${index + 1} (${role}, round ${round}, ${commit.slice(0, 7)})`] as const];
  });
  return [
    ["base", `the base (${base_branch})`],
    ["turn", "the last turn"],
    ["review", "the last review"],
    ...snapshots,
  ];
}

function useSource(task_id: string): ChangeSource {
  const { client } = useLive();
  return useMemo(
    () => ({
      since: (commit) => client.call("task/diff", { task_id, since: commit }),
      file: (path, commit) => client.call("task/file", { task_id, path, commit }),
    }),
    [client, task_id],
  );
}
