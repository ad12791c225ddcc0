import type { Result } from "@harness/protocol";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useRead } from "../../live/index.ts";
import { Badge, CopyText, Loaded, PlainText, Problem, Screen, Time, Waiting } from "../../ui/index.ts";
import {
  AgentName,
  CommentsOf,
  QueuedInputs,
  type ThreadView,
  UsageText,
  useThread,
} from "../../work/index.ts";
import { ChangePanel } from "./change-panel.tsx";
import { Proofs } from "./prove-dialog.tsx";
import { Talk } from "./talk.tsx";
import { ThreadButtons } from "./thread-buttons.tsx";
import { ThreadComposer } from "./thread-composer.tsx";

const route = getRouteApi("/ui/conversations/$threadId");

/** One conversation with an agent. */
export function ConversationScreen(): ReactNode {
  const { threadId } = route.useParams();
  const read = useRead("thread/get", { thread_id: threadId });
  const { view, error } = useThread(threadId);
  const [opened] = useState(Date.now);
  const gone = view?.status === "deleted";
  if (gone || read.data === undefined)
    return (
      <Screen title="Conversation">
        {gone ? (
          <p role="status">
            It was deleted.{" "}
            <Link to="/ui/conversations" className="text-accent underline">
              All conversations
            </Link>
          </p>
        ) : (
          <Loaded read={read} what="the conversation">
            {() => null}
          </Loaded>
        )}
      </Screen>
    );
  return (
    <Loaded read={read} what="the conversation">
      {(thread) => (
        <CommentsOf id={thread.id}>
          <Screen
            title={<PlainText text={view?.title || thread.title || "Untitled"} />}
            actions={<ThreadButtons thread={thread} busy={view?.status !== "idle"} />}
          >
            <Facts thread={thread} view={view} />
            <Proofs proofs={thread.proofs} />
            {error !== null && view !== null && (
              <p role="status" className="text-muted">
                It cannot be followed now and is tried again; what is shown may be old.
              </p>
            )}
            {view === null ? (
              error === null ? (
                <Waiting since={opened} what="what was said" />
              ) : (
                <Problem error={error} />
              )
            ) : (
              <>
                <Talk key={threadId} view={view} />
                <QueuedInputs view={view} />
                <ThreadComposer thread={thread} view={view} />
              </>
            )}
            <ChangePanel thread={thread} />
          </Screen>
        </CommentsOf>
      )}
    </Loaded>
  );
}

function Facts({
  thread,
  view,
}: {
  readonly thread: Result<"thread/get">;
  readonly view: ThreadView | null;
}): ReactNode {
  const { agent, model, base_branch, base_sha, forked_from, usage, approvals, execution_strategy } = thread;
  const status = view?.status ?? thread.status;
  const tone = status === "active" ? "working" : status === "waiting" ? "answer" : "plain";
  const published = thread.publications.at(-1);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
      <span role="status">
        <Badge tone={tone}>{status === "waiting" ? "waits for you" : status}</Badge>
      </span>
      <AgentName agent={agent} model={model} />
      {base_branch !== null && (
        <span className="flex items-center gap-1 text-muted">
          from <CopyText text={base_branch} />
          {base_sha !== null && <CopyText text={base_sha} shown={base_sha.slice(0, 8)} />}
        </span>
      )}
      {approvals.profile !== undefined && <span className="text-muted">approvals {approvals.profile}</span>}
      {execution_strategy !== null && <span className="text-muted">answered {execution_strategy}</span>}
      {forked_from !== null && (
        <Link
          to="/ui/conversations/$threadId"
          params={{ threadId: forked_from.thread_id }}
          search={forked_from.turn_id === null ? {} : { turn: forked_from.turn_id }}
          className="text-accent underline"
        >
          forked from here
        </Link>
      )}
      <UsageText usage={usage} />
      <CopyText text={thread.id} shown={`…${thread.id.slice(-6)}`} />
      {published !== undefined && (
        <span className="flex flex-wrap items-center gap-1">
          <Badge title="Harness ran no check on this commit and nobody reviewed it">CLAIMED</Badge>
          published as <CopyText text={published.branch} /> <Time at={published.published_at} />
        </span>
      )}
    </div>
  );
}
