import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Button, Empty, Problem, useFollowedEnd } from "../../../ui/index.ts";
import type { Numbered } from "./line-buffer.ts";
import type { Log } from "./log-follower.ts";

/** How high a line is before it was measured (pixels). */
const GUESS = 24;

interface LogViewProps<T> {
  readonly log: Log<T>;
  readonly shown: readonly Numbered<T>[];
  readonly label: string;
  readonly row: (line: T) => ReactNode;
}

/** Lines of a log. The newest stay in sight until somebody scrolls up; then it is counted how many came since. */
export function LogView<T>({ log, shown, label, row }: LogViewProps<T>): ReactNode {
  const { scroller, onScroll, following, follow } = useFollowedEnd();
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => GUESS,
    getItemKey: (index) => shown[index]?.number ?? index,
    overscan: 20,
    // What somebody reads stays where it is when the oldest lines are let go.
    anchorTo: following ? "start" : "end",
    useAnimationFrameWithResizeObserver: true,
  });
  // Whoever follows the end moves the list; another move beside it looks like a person's who scrolls up.
  rows.shouldAdjustScrollPositionOnItemSizeChange = following ? () => false : undefined;
  const newest = shown.at(-1)?.number ?? -1;
  const [seen, setSeen] = useState(-1);
  useEffect(() => {
    if (following) setSeen(newest);
  }, [following, newest]);
  const fresh = following ? 0 : shown.length - 1 - shown.findLastIndex(({ number }) => number <= seen);
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {log.error !== null && <Problem error={log.error} />}
      {log.cut > 0 && (
        <p className="text-sm text-muted">
          {log.cut} older lines are not shown; <code className="font-mono">harness task logs</code> has them.
        </p>
      )}
      {shown.length === 0 && (
        <Empty title={log.state === "reading" ? "Reading the log …" : "No line fits or none was written"} />
      )}
      <div className="relative min-w-0">
        <section
          ref={scroller}
          onScroll={onScroll}
          aria-label={label}
          // It is scrolled by keyboard too.
          // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
          tabIndex={0}
          className={`max-h-[65dvh] overflow-auto overscroll-contain rounded-lg border bg-sunken p-2 font-mono text-sm ${shown.length === 0 ? "hidden" : ""}`}
        >
          <div className="relative w-full" style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map(({ index, key, start }) => (
              <div
                key={key}
                ref={rows.measureElement}
                data-index={index}
                className="absolute top-0 left-0 w-full"
                style={{ transform: `translateY(${start}px)` }}
              >
                {row(shown[index]!.line)}
              </div>
            ))}
          </div>
        </section>
        {!following && shown.length > 0 && (
          <Button className="absolute right-4 bottom-3 shadow" onClick={follow}>
            <ArrowDown size={14} aria-hidden /> {fresh > 0 ? `${fresh} new` : "To the newest"}
          </Button>
        )}
      </div>
      <p role="status" className="text-sm text-muted">
        {log.state === "over" ? "The task is over: nothing more comes." : "Followed live."}
      </p>
    </div>
  );
}
