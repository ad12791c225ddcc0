import type { Thread } from "@harness/protocol";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useCommands } from "../../commands/index.ts";
import { useRead } from "../../live/index.ts";
import { Badge, Button, Dot, Empty, Input, Loaded, PlainText, Screen, Select, Time } from "../../ui/index.ts";
import { AgentName, UsageText } from "../../work/index.ts";
import { StartDialog } from "./start-dialog.tsx";
import { useThreadPages } from "./use-thread-pages.ts";

const route = getRouteApi("/ui/conversations");

/** The conversations with agents that belong to no task. */
export function ConversationsScreen(): ReactNode {
  const { project, q = "" } = route.useSearch();
  const navigate = useNavigate();
  const [starting, setStarting] = useState(false);
  const start = () => setStarting(true);
  useCommands([
    {
      id: "start-conversation",
      title: "Start a conversation",
      keys: "s",
      group: "Conversations",
      run: start,
    },
  ]);
  const search = (words: { readonly project?: string; readonly q?: string }) =>
    void navigate({
      to: "/ui/conversations",
      replace: true,
      search: { ...(project ? { project } : {}), ...(q ? { q } : {}), ...words },
    });
  return (
    <Screen
      title="Conversations"
      actions={
        <Button look="primary" keys="s" onClick={start}>
          Start a conversation
        </Button>
      }
    >
      <div className="flex flex-wrap gap-2">
        <Input
          type="search"
          aria-label="Search the conversations"
          placeholder="Search by title, agent or id"
          className="!w-auto min-w-0 flex-1"
          value={q}
          onChange={(event) => search({ q: event.target.value })}
        />
        <ProjectSelect chosen={project ?? ""} onChoose={(id) => search({ project: id })} />
      </div>
      <ThreadRows project={project} q={q} onStart={start} />
      {starting && <StartDialog project={project} onClose={() => setStarting(false)} />}
    </Screen>
  );
}

function ProjectSelect({
  chosen,
  onChoose,
}: {
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}): ReactNode {
  const { data } = useRead("project/list", { limit: 500 });
  return (
    <Select
      aria-label="Project"
      className="!w-auto"
      value={chosen}
      onChange={(event) => onChoose(event.target.value)}
    >
      <option value="">All projects</option>
      {data?.data.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  );
}

function ThreadRows({
  project,
  q,
  onStart,
}: {
  readonly project: string | undefined;
  readonly q: string;
  readonly onStart: () => void;
}): ReactNode {
  const { read, more, busy, onMore } = useThreadPages(project);
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ title, agent, model, id }: Thread) => {
    const text = `${title} ${agent} ${model ?? ""} ${id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return (
    <Loaded read={read} what="the conversations">
      {(threads) => {
        const shown = threads.filter(fits);
        return (
          <>
            {shown.length === 0 && (
              <Empty title={words.length > 0 ? "No conversation fits" : "No conversation yet"}>
                <p className="max-w-prose">
                  A conversation is you and an agent in a workspace of its own. What comes out of it is proven
                  by nobody; for proven work submit a task.
                </p>
                <Button onClick={onStart}>Start a conversation</Button>
              </Empty>
            )}
            <ul className="flex flex-col gap-1">
              {shown.map((thread) => (
                <ThreadLine key={thread.id} thread={thread} />
              ))}
            </ul>
            {more && (
              <Button busy={busy} onClick={onMore}>
                {words.length > 0 ? "Search older ones" : "Show older ones"}
              </Button>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

function ThreadLine({ thread }: { readonly thread: Thread }): ReactNode {
  const { id, title, agent, model, status, turns, usage, updated_at, forked_from, base_branch } = thread;
  const tone = status === "active" ? "working" : status === "waiting" ? "answer" : "plain";
  return (
    <li>
      <Link
        to="/ui/conversations/$threadId"
        params={{ threadId: id }}
        className="contained flex flex-wrap items-center gap-x-3 gap-y-1 rounded border bg-raised px-3 py-2 hover:bg-hover"
      >
        <span className="min-w-0 flex-1 basis-60 truncate font-medium">
          <PlainText text={title || "Untitled"} />
        </span>
        <Badge tone={tone}>
          <Dot tone={tone} /> {status === "waiting" ? "waits for you" : status}
        </Badge>
        {forked_from !== null && <Badge>fork</Badge>}
        <span className="flex min-w-0 text-sm lg:w-48">
          <AgentName agent={agent} model={model} />
        </span>
        <code className="truncate font-mono text-sm text-muted lg:w-28">{base_branch}</code>
        <span className="text-sm text-muted lg:w-16 lg:text-right">
          {turns} {turns === 1 ? "turn" : "turns"}
        </span>
        <span className="text-sm lg:w-48 lg:text-right">
          <UsageText usage={usage} />
        </span>
        <span className="text-sm text-muted lg:w-20 lg:text-right">
          <Time at={updated_at} />
        </span>
      </Link>
    </li>
  );
}
