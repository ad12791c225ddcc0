import { Plus } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { visibleText } from "../../ui/index.ts";
import type { Looks } from "../use-looks.ts";
import type { Highlighter } from "./highlight.ts";
import type { Hunk, PatchLine } from "./patch.ts";
import { changedWords, segmentsOf } from "./segments.ts";

/** Longer lines are shown to here: nobody reads on, and a page with a megabyte in a line stands still. */
const MOST_COLUMNS = 2_000;

const grounds = { context: "", added: "bg-added-soft", removed: "bg-removed-soft" } as const;
const signs = { context: " ", added: "+", removed: "−" } as const;

/** What the kinds of words look like; every other kind looks like plain text. */
const looksOf: Readonly<Record<string, string>> = {
  keyword: "text-accent",
  built_in: "text-accent",
  literal: "text-accent",
  number: "text-accent",
  type: "text-accent",
  name: "text-accent",
  string: "text-review",
  regexp: "text-review",
  attr: "text-review",
  comment: "text-muted italic",
  meta: "text-muted",
  title: "font-semibold",
  section: "font-semibold",
};

/** What all lines of a change are shown with. */
export interface LineLooks {
  readonly looks: Looks;
  readonly path: string;
  readonly hunk: Hunk;
  readonly highlighter: Highlighter | null;
}

/** A line in one column: both numbers, its sign and its text. */
export function UnifiedLine({ line, ...rest }: LineLooks & { readonly line: PatchLine }): ReactNode {
  return (
    <div className={`flex ${grounds[line.kind]}`}>
      <LineNumber line={line.before} />
      <LineNumber line={line.after} />
      <Sign line={line} />
      <LineText line={line} {...rest} />
    </div>
  );
}

/** A line of one side of two columns; empty where there is none. */
export function HalfLine({
  line,
  side,
  ...rest
}: LineLooks & { readonly line: PatchLine | null; readonly side: "before" | "after" }): ReactNode {
  if (line === null) return <div className="flex-1 bg-sunken" />;
  return (
    <div className={`flex min-w-0 flex-1 ${grounds[line.kind]}`}>
      <LineNumber line={line[side]} />
      <Sign line={line} />
      <LineText line={line} {...rest} />
    </div>
  );
}

function LineNumber({ line }: { readonly line: number | null }): ReactNode {
  return <span className="w-11 shrink-0 pr-2 text-right text-muted select-none max-sm:w-9">{line}</span>;
}

function Sign({ line: { kind } }: { readonly line: PatchLine }): ReactNode {
  return (
    <span className="w-4 shrink-0 text-muted select-none">
      {signs[kind]}
      {kind !== "context" && <span className="sr-only">{kind}: </span>}
    </span>
  );
}

function LineText({
  line,
  looks,
  path,
  hunk,
  highlighter,
}: LineLooks & { readonly line: PatchLine }): ReactNode {
  const text = line.text.slice(0, MOST_COLUMNS);
  const segments = useMemo(() => {
    const tokens = highlighter?.tokensOf(path, hunk, line) ?? [];
    const words = looks.words && line.partner !== null ? changedWords(line.text, line.partner) : [];
    return segmentsOf(text, tokens, words);
  }, [highlighter, path, hunk, line, looks.words, text]);
  const word = line.kind === "added" ? "bg-added-word" : "bg-removed-word";
  return (
    <code
      dir="ltr"
      className={`min-w-0 flex-1 pr-3 [tab-size:4] [unicode-bidi:isolate] ${looks.wrap ? "whitespace-pre-wrap [overflow-wrap:anywhere]" : "whitespace-pre"}`}
    >
      {segments.map(({ text: part, kind, changed }, index) => (
        <span
          // The parts of one line have no other name than their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          className={`${looksOf[kind ?? ""] ?? ""} ${changed ? `rounded-xs ${word}` : ""}`}
        >
          {shown(part)}
        </span>
      ))}
      {line.text.length > MOST_COLUMNS && (
        <span className="text-muted"> … {line.text.length - MOST_COLUMNS} more characters</span>
      )}
      {line.unended && <span className="text-muted select-none"> (no line break at the end)</span>}
    </code>
  );
}

/** The end of a line of Windows is a difference people must see. */
function shown(text: string): string {
  return visibleText(text).replaceAll("\r", "␍");
}

/** The button that begins a comment, on the line the pointer or the keys are on. */
export function CommentButton({
  line,
  onPress,
}: {
  readonly line: number;
  readonly onPress: () => void;
}): ReactNode {
  return (
    <button
      type="button"
      aria-label={`Comment on line ${line}`}
      title="Comment on this line (Shift+C)"
      onClick={onPress}
      className="absolute -top-0.5 left-0 z-10 flex size-6 items-center justify-center rounded bg-accent text-on-accent pointer-coarse:size-9"
    >
      <Plus size={14} aria-hidden />
    </button>
  );
}
