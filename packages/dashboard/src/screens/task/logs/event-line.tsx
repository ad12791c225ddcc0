import type { Event } from "@harness/protocol";
import { type ReactNode, useState } from "react";
import { visibleText } from "../../../ui/index.ts";

/** Characters of one event in its line. */
const MOST_CHARS = 300;

/** What an event tells in one line: its words and figures by their names, also those of the one thing it is about. */
export function summaryOf({ data }: Event): string {
  const line = parts(data as Record<string, unknown>, true)
    .join(" · ")
    .replaceAll(/\s+/g, " ");
  return line.length > MOST_CHARS ? `${line.slice(0, MOST_CHARS)} …` : line;
}

function parts(data: Readonly<Record<string, unknown>>, deeper: boolean): string[] {
  return Object.entries(data).flatMap(([name, value]): string[] => {
    // Ids are in what unfolds.
    if (value === null || value === undefined || name === "id" || name.endsWith("_id")) return [];
    if (typeof value === "object" && !Array.isArray(value))
      return deeper ? parts(value as Record<string, unknown>, false) : [];
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return [`${name} ${text.slice(0, MOST_CHARS)}`];
  });
}

/** Whether an event tells that something broke. */
function isBad({ type, data }: Event): boolean {
  if (type === "stage.ended") return data.outcome === "failed" || data.outcome === "crashed";
  if (type === "turn.ended") return data.status === "failed";
  if (type === "task.ended") return data.error !== null;
  if (type === "evidence.recorded") return !data.evidence.passed;
  return false;
}

/** One event of a task; all of it unfolds. */
export function EventLine({ event }: { readonly event: Event }): ReactNode {
  const [open, setOpen] = useState(false);
  const bad = isBad(event);
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-6 w-full min-w-0 items-center gap-2 text-left hover:bg-hover pointer-coarse:min-h-11"
      >
        <time dateTime={event.at} title={new Date(event.at).toLocaleString()} className="shrink-0 text-muted">
          {event.at.slice(11, 23)}
        </time>
        <span className={`shrink-0 ${bad ? "text-broken" : "text-accent"}`}>
          {event.type}
          {bad && " ✗"}
        </span>
        <span className="min-w-0 truncate">{visibleText(summaryOf(event))}</span>
      </button>
      {open && (
        <pre className="my-1 ml-4 max-h-80 overflow-auto rounded border bg-raised p-2 whitespace-pre-wrap break-all">
          {visibleText(JSON.stringify(event, null, 2))}
        </pre>
      )}
    </div>
  );
}

/** One line of text of the raw log. */
export function TextLine({ line }: { readonly line: string }): ReactNode {
  const level = /^\[(\w+)\] /.exec(line)?.[1] ?? "";
  const look =
    level === "ERROR"
      ? "text-broken"
      : level === "WARNING"
        ? "font-semibold"
        : level === "DEBUG"
          ? "text-muted"
          : "";
  return <div className={`whitespace-pre-wrap break-words ${look}`}>{visibleText(line) || " "}</div>;
}
