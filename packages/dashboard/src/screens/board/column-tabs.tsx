import { type ReactNode, useEffect, useRef, useState } from "react";
import { Dot } from "../../ui/index.ts";
import type { BoardColumn } from "./columns.ts";

/** One column at a time, chosen by tabs: the board of a narrow screen. */
export function ColumnTabs({
  columns,
  at,
  moves,
  render,
}: {
  readonly columns: readonly BoardColumn[];
  /** The card the keys are at; its column is shown when they move. */
  readonly at: string | null;
  readonly moves: number;
  readonly render: (column: BoardColumn) => ReactNode;
}): ReactNode {
  const [chosen, setChosen] = useState<string | null>(null);
  const shown =
    columns.find(({ id }) => id === chosen) ?? columns.find(({ tasks }) => tasks.length > 0) ?? columns[0]!;
  const newest = useRef(columns);
  newest.current = columns;
  useEffect(() => {
    if (moves === 0) return;
    const home = newest.current.find(({ tasks }) => tasks.some(({ id }) => id === at));
    if (home) setChosen(home.id);
  }, [at, moves]);
  const select = (id: string) => {
    setChosen(id);
    document.getElementById(`tab-${id}`)?.focus();
  };
  return (
    <div data-board className="relative flex min-h-0 flex-1 flex-col gap-2 pb-3">
      <div
        role="tablist"
        aria-label="Columns"
        className="relative flex shrink-0 gap-1 overflow-x-auto px-3"
        onKeyDown={({ key }) => {
          const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
          const to = columns[columns.indexOf(shown) + step];
          if (step !== 0 && to) select(to.id);
        }}
      >
        {columns.map(({ id, title, tone, tasks }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={id === shown.id}
            aria-controls="column"
            tabIndex={id === shown.id ? 0 : -1}
            onClick={() => setChosen(id)}
            className={`flex min-h-8 shrink-0 items-center gap-1.5 rounded border px-2 whitespace-nowrap pointer-coarse:min-h-11 ${id === shown.id ? "border-strong-line bg-raised font-medium" : "border-transparent text-muted"}`}
          >
            <Dot tone={tasks.length > 0 ? tone : "plain"} />
            {title} <span className="text-sm">{tasks.length}</span>
          </button>
        ))}
      </div>
      <div
        id="column"
        role="tabpanel"
        aria-labelledby={`tab-${shown.id}`}
        className="flex min-h-0 flex-1 flex-col px-3"
      >
        {render(shown)}
      </div>
    </div>
  );
}
