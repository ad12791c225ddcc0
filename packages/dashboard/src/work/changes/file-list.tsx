import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, ChevronRight } from "lucide-react";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { Button, Input, PlainText } from "../../ui/index.ts";
import { FileSize } from "./diff-row.tsx";
import { foldersOf, type TreeRow, treeRows } from "./file-tree.ts";
import type { FileChange } from "./patch.ts";

interface FileListProps {
  readonly files: readonly FileChange[];
  /** How many comments are on a file. */
  readonly commentsOf: (path: string) => number;
  readonly onFile: (path: string) => void;
}

/** The changed files as a tree that can be searched; a press shows the file. */
export function FileList({ files, commentsOf, onFile }: FileListProps): ReactNode {
  const [search, setSearch] = useState("");
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => treeRows(files, closed, search), [files, closed, search]);
  const toggle = (path: string) => {
    const next = new Set(closed);
    if (!next.delete(path)) next.add(path);
    setClosed(next);
  };
  return (
    <nav aria-label="Changed files" className="flex min-w-0 flex-col rounded-lg border bg-raised">
      <div className="flex flex-col gap-1 border-b p-2">
        <Input
          type="search"
          aria-label="Search files"
          placeholder={`Search ${files.length === 1 ? "1 file" : `${files.length} files`}`}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <div className="flex gap-1">
          <Button look="quiet" onClick={() => setClosed(new Set())}>
            Expand all
          </Button>
          <Button look="quiet" onClick={() => setClosed(new Set(foldersOf(files)))}>
            Collapse all
          </Button>
        </div>
      </div>
      <TreeList rows={rows} commentsOf={commentsOf} onFile={onFile} onFolder={toggle} />
      {rows.length === 0 && <p className="p-2 text-muted">No changed file is called that.</p>}
    </nav>
  );
}

interface TreeListProps extends Pick<FileListProps, "commentsOf" | "onFile"> {
  readonly rows: readonly TreeRow[];
  readonly onFolder: (path: string) => void;
}

function TreeList({ rows, commentsOf, onFile, onFolder }: TreeListProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 28,
    getItemKey: (index) => rows[index]!.path,
    overscan: 10,
  });
  return (
    <div ref={scroller} className="max-h-48 overflow-auto p-1 lg:max-h-[calc(100dvh-17rem)]">
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => (
          <li
            key={key}
            data-index={index}
            ref={virtual.measureElement}
            className="absolute top-0 left-0 w-full"
            style={{ transform: `translateY(${start}px)` }}
          >
            <TreeLine
              row={rows[index]!}
              comments={commentsOf(rows[index]!.path)}
              onPress={rows[index]!.file === null ? onFolder : onFile}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface TreeLineProps {
  readonly row: TreeRow;
  readonly comments: number;
  readonly onPress: (path: string) => void;
}

function TreeLine({ row, comments, onPress }: TreeLineProps): ReactNode {
  const isFolder = row.file === null;
  const Icon = isFolder && row.open ? ChevronDown : ChevronRight;
  return (
    <button
      type="button"
      aria-expanded={isFolder ? row.open : undefined}
      onClick={() => onPress(row.path)}
      style={{ paddingLeft: `${4 + row.depth * 12}px` }}
      className="flex min-h-7 w-full items-center gap-1 rounded pr-1 text-left hover:bg-hover pointer-coarse:min-h-11"
    >
      {isFolder ? (
        <Icon size={13} aria-hidden className="shrink-0 text-muted" />
      ) : (
        <span className="w-[13px]" />
      )}
      <span className={`min-w-0 flex-1 truncate ${row.file?.status === "deleted" ? "line-through" : ""}`}>
        <PlainText text={row.name} />
      </span>
      {row.file?.status === "deleted" && <span className="sr-only">deleted</span>}
      {comments > 0 && (
        <span className="rounded bg-review-soft px-1 text-xs text-review">
          {comments}
          <span className="sr-only"> comments</span>
        </span>
      )}
      {row.file === null ? (
        !row.open && <span className="text-sm text-muted">{row.files} files</span>
      ) : (
        <FileSize file={row.file} />
      )}
    </button>
  );
}
