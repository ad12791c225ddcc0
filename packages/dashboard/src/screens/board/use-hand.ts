import type { Task } from "@harness/protocol";
import { useMemo, useState } from "react";
import { type BoardColumn, nextCard, type Step } from "./columns.ts";

/** Which card the keys are at; `moves` counts how often they went there, so that going there again focuses it again. */
export interface BoardCursor {
  readonly id: string | null;
  readonly moves: number;
}

/** What a person points at on the board. */
export interface Hand {
  readonly cursor: BoardCursor;
  readonly selected: ReadonlySet<string>;
  /** The selection; without one the card the keys are at. Only what is on the board. */
  readonly held: readonly Task[];
  /** Goes to the next card in a direction; `extend` selects on the way. */
  readonly step: (step: Step, extend?: boolean) => void;
  /** A card got the focus. */
  readonly at: (id: string) => void;
  readonly toggle: (id: string) => void;
  readonly clear: () => void;
}

/** Keeps the cursor and the selection of the board. */
export function useHand(columns: readonly BoardColumn[]): Hand {
  const [cursor, setCursor] = useState<BoardCursor>({ id: null, moves: 0 });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const held = useMemo(() => {
    const all = columns.flatMap(({ tasks }) => tasks);
    const chosen = all.filter(({ id }) => selected.has(id));
    return chosen.length > 0 ? chosen : all.filter(({ id }) => id === cursor.id);
  }, [columns, selected, cursor.id]);
  return {
    cursor,
    selected,
    held,
    step: (step, extend = false) => {
      const to = nextCard(columns, cursor.id, step);
      setCursor({ id: to, moves: cursor.moves + 1 });
      if (extend)
        setSelected(new Set([...selected, cursor.id, to].filter((id): id is string => id !== null)));
    },
    at: (id) => {
      if (id !== cursor.id) setCursor({ id, moves: cursor.moves });
    },
    toggle: (id) => {
      const next = new Set(selected);
      if (!next.delete(id)) next.add(id);
      setSelected(next);
    },
    clear: () => setSelected(new Set()),
  };
}
