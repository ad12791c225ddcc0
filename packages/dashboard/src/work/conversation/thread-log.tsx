import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Button, Empty, useFollowedEnd } from "../../ui/index.ts";
import { type Entry, entriesOf, entryIndex } from "./entries.ts";
import { EntryRow, type RowPlaces } from "./entry-row.tsx";
import type { ThreadView } from "./thread-follower.ts";

/** How high a row is before it was measured. */
const GUESS = { turn: 36, item: 28, running: 28, saying: 60, approval: 220, end: 28 } as const;

interface ThreadLogProps extends RowPlaces {
  readonly view: ThreadView;
  /** What the address points to. */
  readonly shown: { readonly turn: string | undefined; readonly item: string | undefined };
  /** Before everything else, such as what was asked. */
  readonly head?: ReactNode;
}

/** Everything that was said and done in a thread; only what is in sight is on the page. The newest stays in sight until somebody scrolls away from it. */
export function ThreadLog({ view, shown, head, ...places }: ThreadLogProps): ReactNode {
  const entries = useMemo(() => entriesOf(view), [view]);
  const target = entryIndex(entries, shown);
  const { scroller, onScroll, following, follow, leave } = useFollowedEnd(target < 0);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => GUESS[entries[index]?.kind ?? "item"],
    getItemKey: (index) => entries[index]?.key ?? index,
    overscan: 8,
    gap: 8,
    useAnimationFrameWithResizeObserver: true,
  });
  useTarget(target, (index) => {
    leave();
    rows.scrollToIndex(index, { align: "center" });
  });
  const toggle = useCallback(
    (key: string) => {
      // Whoever unfolds something wants to read it: it must not be carried away.
      leave();
      setOpen((before) => {
        const after = new Set(before);
        if (!after.delete(key)) after.add(key);
        return after;
      });
    },
    [leave],
  );
  if (entries.length === 0)
    return (
      <>
        {head}
        <Empty title="Nothing was said yet" />
      </>
    );
  return (
    <div className="relative min-w-0">
      {head}
      <section
        ref={scroller}
        onScroll={onScroll}
        aria-label="Conversation"
        // It is scrolled by keyboard too.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
        className="max-h-[60dvh] min-h-[20dvh] overflow-y-auto overscroll-contain rounded-lg border bg-raised px-2 py-2 sm:px-3"
      >
        <div className="relative w-full" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, key, start }) => {
            const entry = entries[index] as Entry;
            return (
              <div
                key={key}
                ref={rows.measureElement}
                data-index={index}
                data-entry={entry.kind}
                className={`group absolute top-0 left-0 w-full ${index === target ? "rounded outline-2 outline-accent" : ""}`}
                style={{ transform: `translateY(${start}px)` }}
              >
                <EntryRow {...places} entry={entry} open={open.has(entry.key)} onToggle={toggle} />
              </div>
            );
          })}
        </div>
      </section>
      {!following && !rows.isAtEnd() && (
        <Button className="absolute right-4 bottom-3 shadow" onClick={follow} aria-label="To the newest">
          <ArrowDown size={14} aria-hidden /> newest
        </Button>
      )}
    </div>
  );
}

/** Goes to what the address points to, once for each. */
function useTarget(target: number, goTo: (index: number) => void): void {
  const went = useRef(-1);
  useEffect(() => {
    if (target < 0 || went.current === target) return;
    went.current = target;
    goTo(target);
  });
}
