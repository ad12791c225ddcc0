import type { Event, TaskDetail } from "@harness/protocol";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { useLive, useObserved, useWhileShown } from "../../../live/index.ts";
import { Input } from "../../../ui/index.ts";
import { isOver } from "../../../work/index.ts";
import { EventLine, summaryOf, TextLine } from "../logs/event-line.tsx";
import { type Log, LogFollower, type LogSource } from "../logs/log-follower.ts";
import { LogView } from "../logs/log-view.tsx";
import { taskEvents, taskLines } from "../logs/sources.ts";

const forms = [
  { id: "events", name: "Structured" },
  { id: "lines", name: "Raw" },
] as const;

/** What happened in the task, as events or as lines of text. */
export function LogsTab({ task }: { readonly task: TaskDetail }): ReactNode {
  const [form, setForm] = useState<"events" | "lines">("events");
  const [wanted, setWanted] = useState("");
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <fieldset className="flex gap-1">
          <legend className="sr-only">Form of the log</legend>
          {forms.map(({ id, name }) => (
            <button
              type="button"
              key={id}
              aria-pressed={form === id}
              onClick={() => setForm(id)}
              className="rounded border px-2 py-0.5 text-muted hover:bg-hover aria-pressed:border-accent aria-pressed:text-ink pointer-coarse:min-h-11"
            >
              {name}
            </button>
          ))}
        </fieldset>
        <Input
          type="search"
          aria-label="Only lines with"
          placeholder="Only lines with …"
          className="!w-auto min-w-0 flex-1"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      </div>
      {form === "events" ? <Events task={task} wanted={wanted} /> : <TextLines task={task} wanted={wanted} />}
    </div>
  );
}

interface LogProps {
  readonly task: TaskDetail;
  readonly wanted: string;
}

function Events({ task, wanted }: LogProps): ReactNode {
  const log = useLog(task, taskEvents);
  const shown = useShown(log, wanted, textOfEvent);
  return <LogView log={log} shown={shown} label="Events" row={(event) => <EventLine event={event} />} />;
}

function TextLines({ task, wanted }: LogProps): ReactNode {
  const log = useLog(task, taskLines);
  const shown = useShown(log, wanted, textOfLine);
  return <LogView log={log} shown={shown} label="Lines" row={(line) => <TextLine line={line} />} />;
}

const textOfEvent = (event: Event) => `${event.type} ${summaryOf(event)}`;
const textOfLine = (line: string) => line;

/** A log that is followed while it is shown, and again when the task goes on. */
function useLog<T>(task: TaskDetail, source: LogSource<T>): Log<T> {
  const { client } = useLive();
  const over = isOver(task);
  const { id } = task;
  const follower = useMemo(() => new LogFollower(client, id, source), [client, id, source]);
  // A task that ended and goes on is followed anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useWhileShown(useCallback((signal) => follower.run(signal), [follower, over]));
  return useObserved(follower.log);
}

function useShown<T>(log: Log<T>, wanted: string, textOf: (line: T) => string): Log<T>["kept"] {
  return useMemo(() => {
    const words = wanted.trim().toLowerCase();
    if (words === "") return log.kept;
    return log.kept.filter(({ line }) => textOf(line).toLowerCase().includes(words));
  }, [log, wanted, textOf]);
}
