import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from "react";
import { PlainText } from "../../../ui/index.ts";
import { DiffRow } from "./diff-row.tsx";
import type { Row } from "./rows.ts";
import type { Diff } from "./use-diff.ts";
import { useDiffKeys } from "./use-diff-keys.ts";
import { useHighlighter } from "./use-highlighter.ts";
import type { Looks } from "./use-looks.ts";
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
};
/** The widest a line makes the list when lines are not wrapped (columns). */
const MOST_COLUMNS = 2_000;

interface DiffListProps {
  readonly diff: Diff;
  readonly looks: Looks;
  /** The row to show, such as of a link to a line; it becomes the one that is worked on. A new object is a new wish. */
  readonly wanted: { readonly row: string } | null;
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
        setCursor(key);
        const row = rows.find((one) => one.key === key);
        if (row) onLine(row);
      },
      [rows, setCursor, onLine],
    ),
  );
  // Only a new wish moves the view, not a change of the rows.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const index = wanted === null ? -1 : rows.findIndex(({ key }) => key === wanted.row);
    if (index !== -1) goTo(index, "center");
  }, [wanted]);
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
                pointed={(pointed ?? diff.cursor) === rows[index]!.key}
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
