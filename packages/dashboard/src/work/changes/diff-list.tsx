import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from "react";
import { PlainText } from "../../ui/index.ts";
import { anchorKey } from "../comments/index.ts";
import type { Looks } from "../use-looks.ts";
import { DiffRow } from "./diff-row.tsx";
import { anchorOf, type Row } from "./rows.ts";
import type { Diff } from "./use-diff.ts";
import { useDiffKeys } from "./use-diff-keys.ts";
import { useHighlighter } from "./use-highlighter.ts";
import { usePointedLine } from "./use-pointed-line.ts";

/** How high rows are before they are measured (px). */
const heights: Readonly<Record<Row["type"], number>> = {
  file: 38,
  note: 32,
  gap: 20,
  folded: 24,
  line: 16,
  pair: 16,
  talk: 150,
  outdated: 150,
};
/** The widest a line makes the list when lines are not wrapped (columns). */
const MOST_COLUMNS = 2_000;

/** A row somebody wants to see, and the file it is of. */
export interface Wish {
  readonly row: string;
  readonly file: string;
  /** Its number after the change, which may be of a line the patch does not show. */
  readonly line?: number;
}

interface DiffListProps {
  readonly diff: Diff;
  readonly looks: Looks;
  /** The row to show, such as of a link to a line; it becomes the one that is worked on. A new object is a new wish. */
  readonly wanted: Wish | null;
  /** A person pressed a line: the address shall name it. */
  readonly onLine: (row: Row) => void;
}

/** All files of a change under each other. Only rows near the view are in the page. */
export function DiffList({ diff, looks, wanted, onLine }: DiffListProps): ReactNode {
  const { rows, setCursor } = diff;
  const scroller = useRef<HTMLElement>(null);
  const highlighter = useHighlighter();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heights[rows[index]!.type],
    getItemKey: (index) => rows[index]!.key,
    overscan: 10,
  });
  const goTo = (index: number, align: "auto" | "center" = "auto") => {
    setCursor(rows[index]!.key);
    virtual.scrollToIndex(index, { align: rows[index]!.type === "file" ? "start" : align });
  };
  const firstShown = () => virtual.range?.startIndex ?? 0;
  useDiffKeys(diff, firstShown, (index) => goTo(index));
  const pointed = usePointedLine(
    scroller,
    useCallback(
      (key: string) => {
        const row = rows.find((one) => one.key === key) ?? rows.find((one) => isLeftOf(one, key));
        if (row === undefined) return;
        setCursor(row.key);
        onLine(row);
      },
      [rows, setCursor, onLine],
    ),
  );
  const went = useRef<{ wish: Wish; there: boolean } | null>(null);
  // A wish moves the view once: to its file at first, if its line comes only when more of the file was read.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const before = went.current?.wish === wanted ? went.current : null;
    if (wanted === null || before?.there) return;
    const line = rows.findIndex(({ key }) => key === wanted.row);
    const file = rows.findIndex(({ key }) => key === `file ${wanted.file}`);
    went.current = { wish: wanted, there: line !== -1 };
    if (line !== -1) goTo(line, "center");
    else if (before === null && file !== -1) goTo(file);
  }, [wanted, rows]);
  const columns = useMemo(() => longest(rows), [rows]);
  const top = rows[firstShown()];
  return (
    <div className="flex min-w-0 flex-col overflow-hidden rounded-lg border bg-raised">
      <p className="truncate border-b px-3 py-1 font-mono text-sm text-muted">
        {top && <PlainText text={top.file.path} />}
      </p>
      <section
        ref={scroller}
        // It is scrolled by keyboard too.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
        aria-label="Changed lines"
        className="max-h-[max(24rem,calc(100dvh-13rem))] overflow-auto font-mono text-sm [overflow-anchor:none]"
      >
        <div
          className="relative"
          style={{
            height: virtual.getTotalSize(),
            minWidth: looks.wrap ? undefined : `${columns * (looks.split ? 2 : 1) + 18}ch`,
          }}
        >
          {virtual.getVirtualItems().map(({ index, key, start }) => (
            <div
              key={key}
              data-index={index}
              ref={virtual.measureElement}
              className="absolute top-0 left-0 w-full"
              style={{ transform: `translateY(${start}px)` }}
            >
              <DiffRow
                row={rows[index]!}
                diff={diff}
                looks={looks}
                highlighter={highlighter}
                pointed={pointed ?? diff.cursor}
              />
            </div>
          ))}
        </div>
      </section>
    </div>
  );
}

function longest(rows: readonly Row[]): number {
  let most = 0;
  for (const row of rows) {
    if (row.type === "line") most = Math.max(most, row.line.text.length);
    if (row.type === "pair") most = Math.max(most, row.left?.text.length ?? 0, row.right?.text.length ?? 0);
  }
  return Math.min(most, MOST_COLUMNS);
}

/** Whether a key is that of the line that was taken away, in a row named after the one that came. */
function isLeftOf(row: Row, key: string): boolean {
  return row.type === "pair" && row.left !== null && anchorKey(anchorOf(row.file.path, row.left)) === key;
}
