import type { Approval, TaskActivity } from "@harness/protocol";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { useObserved } from "../../live/index.ts";
import { Dot } from "../../ui/index.ts";
import { priorityWords } from "../../work/index.ts";
import { Card, type CardSetting } from "./card.tsx";
import type { BoardColumn } from "./columns.ts";
import type { BoardCursor } from "./use-hand.ts";

interface ColumnProps {
  readonly column: BoardColumn;
  /** The most that may run at once, where the column holds what runs. */
  readonly limit: number | null;
  readonly activities: ReadonlyMap<string, TaskActivity>;
  readonly asked: ReadonlyMap<string, Approval>;
  readonly selected: ReadonlySet<string>;
  readonly cursor: BoardCursor;
  readonly setting: CardSetting;
  /** True where it is the only one on the screen. */
  readonly alone: boolean;
}

/** How high a card is before it was measured, the space between two, and how many are kept ready (pixels, cards). */
const CARD = 150;
const GAP = 8;
const READY = 3;

/** A column: only the cards that can be seen exist. */
export function Column({
  column,
  limit,
  activities,
  asked,
  selected,
  cursor,
  setting,
  alone,
}: ColumnProps): ReactNode {
  const { tasks } = column;
  const scroller = useRef<HTMLDivElement>(null);
  const at = tasks.findIndex(({ id }) => id === cursor.id);
  const rows = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD,
    gap: GAP,
    overscan: READY,
    getItemKey: (index) => tasks[index]!.id,
    // The card with the focus stays, however far it is scrolled away.
    rangeExtractor: (range) =>
      at < 0
        ? defaultRangeExtractor(range)
        : [...new Set([...defaultRangeExtractor(range), at])].sort((a, b) => a - b),
  });
  const { moves } = cursor;
  // Only a move of the keys scrolls, not a card that changes its place.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (at >= 0 && moves > 0) rows.scrollToIndex(at, { align: "auto" });
  }, [moves, cursor.id]);
  const size = alone
    ? "w-full flex-1"
    : tasks.length === 0
      ? "max-w-40 flex-[1_0_6.5rem]"
      : "max-w-xl flex-[4_0_12rem]";
  return (
    <section aria-label={column.title} className={`flex min-h-0 flex-col rounded-lg bg-sunken ${size}`}>
      <ColumnHead column={column} limit={limit} />
      <DropPlaces column={column} setting={setting} />
      <div
        ref={scroller}
        className="relative min-h-0 flex-1 overflow-y-auto p-2 pt-0"
        data-scroller={column.id}
      >
        {tasks.length === 0 ? (
          <p className="p-2 text-center text-sm text-muted">None</p>
        ) : (
          <ul className="relative" style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map(({ index, start, key }) => {
              const task = tasks[index]!;
              return (
                <li
                  key={key}
                  ref={rows.measureElement}
                  data-index={index}
                  data-task={task.id}
                  {...(isOrdered(column) ? { "data-priority": task.priority } : {})}
                  aria-setsize={tasks.length}
                  aria-posinset={index + 1}
                  className="absolute top-0 left-0 w-full"
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <Card
                    task={task}
                    activity={activities.get(task.id)}
                    asks={asked.get(task.id)}
                    selected={selected.has(task.id)}
                    moves={task.id === cursor.id ? moves : 0}
                    setting={setting}
                  />
                </li>
              );
            })}
          </ul>
        )}
      </div>
    </section>
  );
}

/** Columns whose order is that of the queue: a place in them is a priority. */
function isOrdered({ id }: BoardColumn): boolean {
  return id === "pending" || id === "todo";
}

function ColumnHead({ column, limit }: Pick<ColumnProps, "column" | "limit">): ReactNode {
  const n = column.tasks.length;
  return (
    <header className="flex items-center gap-2 px-3 py-2" title={column.hint}>
      <Dot tone={n > 0 ? column.tone : "plain"} />
      <h2 className="truncate font-semibold">{column.title}</h2>
      <span className="ml-auto text-sm whitespace-nowrap text-muted">
        {n.toLocaleString("en")}
        {limit !== null && (
          <>
            {" / "}
            {limit}
            <span className="sr-only"> that may run at once</span>
          </>
        )}
      </span>
    </header>
  );
}

/** Where a card is let go to get a priority; there only while one of this column is dragged. */
function DropPlaces({ column, setting }: Pick<ColumnProps, "column" | "setting">): ReactNode {
  const drag = useObserved(setting.drag.state);
  if (drag === null || !column.tasks.some(({ id }) => id === drag.task.id)) return null;
  return (
    <div className="flex flex-col gap-1 px-2 pb-2">
      {[2, 1, 0].map((priority) => (
        <div
          key={priority}
          data-priority={priority}
          className={`rounded border border-dashed border-strong-line px-2 py-1.5 text-center ${drag.over === priority ? "bg-accent text-on-accent" : "bg-raised"}`}
        >
          {priorityWords[priority]}
          {drag.task.priority === priority && " (as it is)"}
        </div>
      ))}
    </div>
  );
}

/** What is dragged, beside the pointer. */
export function DragGhost({ drag: { state } }: { readonly drag: CardSetting["drag"] }): ReactNode {
  const drag = useObserved(state);
  if (drag === null) return null;
  return (
    <div
      aria-hidden
      className="pointer-events-none fixed top-0 left-0 z-40 max-w-64 truncate rounded border bg-raised px-2 py-1 font-medium shadow-lg"
      style={{ transform: `translate(${drag.x + 12}px, ${drag.y + 12}px)` }}
    >
      {drag.over === null ? "Let go on a priority" : `Priority ${priorityWords[drag.over] ?? ""}`}
    </div>
  );
}
