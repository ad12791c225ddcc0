import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, type RefObject, useEffect, useState } from "react";
import { useFeedState, useRead, useTaskTable } from "../../live/index.ts";
import { Input, Select, Time, visibleText, Waiting } from "../../ui/index.ts";

const route = getRouteApi("/ui/board");

/** What the board shows: its grouping, its project, its filter, and how much of everything that is. */
export function BoardHead({
  filter,
  shown,
  opened,
}: {
  readonly filter: RefObject<HTMLInputElement | null>;
  readonly shown: number;
  /** When the board was opened (epoch milliseconds). */
  readonly opened: number;
}): ReactNode {
  const { by, project, q = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: projects } = useRead("project/list", { limit: 500 });
  const [typed, setTyped] = useState(q);
  useEffect(() => {
    // A link changed it; what is being written is not replaced.
    if (document.activeElement !== filter.current) setTyped(q);
  }, [q, filter]);
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 pt-3 sm:px-4">
      <h1 className="text-xl font-semibold">Board</h1>
      <StatusLine shown={shown} opened={opened} />
      <div className="ml-auto flex w-full flex-wrap items-center gap-2 lg:w-auto">
        <nav aria-label="Group by" className="flex rounded border border-strong-line/50 p-px">
          <Grouped name="Who must act" active={by !== "state"} to={undefined} />
          <Grouped name="State" active={by === "state"} to="state" />
        </nav>
        <Select
          aria-label="Project"
          className="w-auto max-w-40"
          value={project ?? ""}
          onChange={({ target }) =>
            void navigate({
              search: (now) => ({ ...now, project: target.value || undefined }),
              replace: true,
            })
          }
        >
          <option value="">All projects</option>
          {projects?.data.map(({ id, name }) => (
            <option key={id} value={project === id ? id : name}>
              {visibleText(name)}
            </option>
          ))}
        </Select>
        <div className="min-w-32 flex-1 lg:w-48">
          <Input
            ref={filter}
            type="search"
            aria-label="Filter the cards"
            placeholder="Filter ( / )"
            value={typed}
            spellCheck={false}
            onChange={({ target }) => {
              setTyped(target.value);
              void navigate({ search: (now) => ({ ...now, q: target.value || undefined }), replace: true });
            }}
            onKeyDown={({ key, currentTarget }) => {
              if (key === "Escape") currentTarget.blur();
            }}
          />
        </div>
      </div>
    </header>
  );
}

function Grouped({
  name,
  active,
  to,
}: {
  readonly name: string;
  readonly active: boolean;
  readonly to: "state" | undefined;
}): ReactNode {
  return (
    <Link
      to="/ui/board"
      search={(now) => ({ ...now, by: to })}
      replace
      aria-current={active ? "true" : undefined}
      className={`flex min-h-6 items-center rounded px-2 pointer-coarse:min-h-11 ${active ? "bg-hover font-medium" : "text-muted hover:text-ink"}`}
    >
      {name}
    </Link>
  );
}

function StatusLine({ shown, opened }: { readonly shown: number; readonly opened: number }): ReactNode {
  const { tasks, cut, readAt, error } = useTaskTable();
  const { connection, lastEventAt } = useFeedState();
  if (readAt === null) return error === null ? <Waiting since={opened} what="tasks" /> : null;
  const all = tasks.size.toLocaleString("en");
  return (
    <p role="status" className="text-muted">
      {shown === tasks.size
        ? `${all} ${shown === 1 ? "task" : "tasks"}`
        : `${shown.toLocaleString("en")} of ${all} tasks`}
      {cut && (
        <>
          , without those that ended long ago:{" "}
          <Link to="/ui/runs" className="underline">
            all runs
          </Link>
        </>
      )}
      {connection === "lost" ? (
        <span className="text-broken">
          , disconnected, as they were <Time at={lastEventAt ?? readAt} />
        </span>
      ) : (
        error !== null && (
          <>
            , as they were <Time at={readAt} />
          </>
        )
      )}
    </p>
  );
}
