import { type RefObject, useEffect, useRef, useState } from "react";
import { useCommands } from "./hooks.ts";

interface RowKeys<E extends HTMLElement> {
  /** The row the keys are at; -1: none. */
  readonly at: number;
  readonly choose: (index: number) => void;
  /** For the element that holds the rows; each row carries `data-row`. */
  readonly list: RefObject<E | null>;
}

/** Keys for a list: J and K go down and up, Enter opens. */
export function useRowKeys<E extends HTMLElement>(rows: number, open: (index: number) => void): RowKeys<E> {
  const [at, choose] = useState(-1);
  const list = useRef<E>(null);
  const to = (index: number) => choose(Math.max(0, Math.min(rows - 1, index)));
  useEffect(() => {
    if (at >= rows) choose(rows - 1);
  }, [at, rows]);
  useEffect(() => {
    list.current?.querySelector(`[data-row="${at}"]`)?.scrollIntoView({ block: "nearest" });
  }, [at]);
  useCommands(
    rows === 0
      ? []
      : [
          { id: "row-down", title: "Next row", keys: "j", group: "List", run: () => to(at + 1) },
          { id: "row-up", title: "Row before", keys: "k", group: "List", run: () => to(at - 1) },
          ...(at < 0
            ? []
            : [{ id: "row-open", title: "Open the row", keys: "Enter", group: "List", run: () => open(at) }]),
        ],
  );
  return { at, choose, list };
}
