import { ChevronDown, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Badge, Button, count, PlainText, visibleText } from "../../ui/index.ts";
import { anchorKey } from "../comments/index.ts";
import type { Looks } from "../use-looks.ts";
import { OutdatedTalk, Talk } from "./comment-card.tsx";
import { CommentButton, HalfLine, UnifiedLine } from "./diff-line.tsx";
import { GapRow, lineCount, wholeFile } from "./gap-row.tsx";
import type { Highlighter } from "./highlight.ts";
import type { FileChange, PatchLine } from "./patch.ts";
import { anchorOf, type Row } from "./rows.ts";
import type { Diff } from "./use-diff.ts";

interface DiffRowProps {
  readonly row: Row;
  readonly diff: Diff;
  readonly looks: Looks;
  readonly highlighter: Highlighter | null;
  /** The line the pointer or the keys are on, by its `anchorKey`. */
  readonly pointed: string | null;
}

/** One row of a change. */
export function DiffRow({ row, diff, looks, highlighter, pointed }: DiffRowProps): ReactNode {
  const { file } = row;
  switch (row.type) {
    case "file":
      return <FileHeader file={file} folded={row.folded} diff={diff} />;
    case "note":
      return (
        <p className="px-3 py-1.5 font-sans text-muted">
          <PlainText text={row.text} />
        </p>
      );
    case "gap":
      return <GapRow row={row} diff={diff} />;
    case "folded":
      return (
        <button
          type="button"
          onClick={() => diff.open(row.key)}
          className="block min-h-6 w-full bg-sunken px-3 text-left font-sans text-sm text-muted hover:text-ink"
        >
          ⋯ show {lineCount(row.lines)} unchanged
        </button>
      );
    case "talk":
      return <Talk diff={diff} anchor={row.anchor} />;
    case "outdated":
      return <OutdatedTalk diff={diff} file={row.file.path} />;
    default:
      return <LineRow row={row} diff={diff} looks={looks} highlighter={highlighter} pointed={pointed} />;
  }
}

function LineRow({
  row,
  diff,
  looks,
  highlighter,
  pointed,
}: DiffRowProps & { readonly row: Extract<Row, { type: "line" | "pair" }> }): ReactNode {
  const { file, hunk } = row;
  const shared = { looks, path: file.path, hunk, highlighter };
  const ring = diff.cursor === row.key ? "ring-1 ring-accent ring-inset" : "";
  const comment = (line: PatchLine | null) => {
    if (line === null) return null;
    const anchor = anchorOf(file.path, line);
    const key = anchorKey(anchor);
    if (key !== pointed) return null;
    return <CommentButton line={anchor.line} onPress={() => diff.comment(file.path, line)} />;
  };
  if (row.type === "line")
    return (
      <div data-line={row.key} className={`relative ${ring}`}>
        <UnifiedLine line={row.line} {...shared} />
        {comment(row.line)}
      </div>
    );
  // An unchanged line is the same on both sides and is commented on once.
  const left = row.left?.kind === "removed" ? row.left : null;
  return (
    <div className={`grid grid-cols-2 divide-x ${ring}`}>
      <div
        data-line={left ? anchorKey(anchorOf(file.path, left)) : row.key}
        className="relative flex flex-col"
      >
        <HalfLine line={row.left} side="before" {...shared} />
        {comment(left)}
      </div>
      <div data-line={row.key} className="relative flex flex-col">
        <HalfLine line={row.right} side="after" {...shared} />
        {comment(row.right)}
      </div>
    </div>
  );
}

function FileHeader({
  file,
  folded,
  diff,
}: {
  readonly file: FileChange;
  readonly folded: boolean;
  readonly diff: Diff;
}): ReactNode {
  const refused = diff.widening.refused.get(file.path);
  const Icon = folded ? ChevronRight : ChevronDown;
  const comments = diff.comments.filter((comment) => comment.file === file.path).length;
  return (
    <h2
      className={`flex flex-wrap items-center gap-x-3 border-y bg-raised py-1 pr-3 pl-1 font-sans ${diff.cursor === `file ${file.path}` ? "ring-1 ring-accent ring-inset" : ""}`}
    >
      <button
        type="button"
        aria-expanded={!folded}
        onClick={() => diff.fold([file.path], !folded)}
        className="flex min-h-7 min-w-0 flex-1 items-center gap-1 rounded px-1 text-left hover:bg-hover pointer-coarse:min-h-11"
      >
        <Icon size={14} aria-hidden className="shrink-0 text-muted" />
        <code className="font-mono font-semibold [overflow-wrap:anywhere]">
          <PlainText text={file.path} />
        </code>
      </button>
      {file.status !== "modified" && <Badge>{file.status.replaceAll("_", " ")}</Badge>}
      {comments > 0 && <Badge tone="review">{comments === 1 ? "1 comment" : `${comments} comments`}</Badge>}
      {!folded && wholeFile(file) && (
        <Button
          look="quiet"
          title="Show the whole file (Shift+L)"
          aria-label={`Show the whole file ${visibleText(file.path)}`}
          onClick={() => diff.widening.widen(file.path, "every", "all")}
        >
          Whole file
        </Button>
      )}
      <FileSize file={file} />
      {refused !== undefined && (
        <span role="status" className="w-full px-2 text-sm text-muted">
          No more of it can be shown: <PlainText text={refused} />
        </span>
      )}
    </h2>
  );
}

/** Lines of one file that came and went. */
export function FileSize({ file }: { readonly file: FileChange }): ReactNode {
  if (file.binary) return <span className="text-sm text-muted">binary</span>;
  return (
    <span className="text-sm whitespace-nowrap">
      <span className="text-added">+{count(file.insertions)}</span>{" "}
      <span className="text-removed">−{count(file.deletions)}</span>
    </span>
  );
}
