import type { Task } from "@harness/protocol";
import { type PointerEvent as ReactPointerEvent, useMemo, useRef } from "react";
import { Observable } from "../../live/index.ts";
import { isOver } from "../../work/index.ts";

/** A card on its way to another priority. */
export interface Drag {
  readonly task: Task;
  readonly x: number;
  readonly y: number;
  /** The priority it gets when it is let go here; null: it goes back. */
  readonly over: number | null;
}

/** Dragging by a mouse or a pen. Fingers scroll; they choose a priority in the bar of the selection. */
export interface Dragging {
  readonly state: Observable<Drag | null>;
  readonly grab: (event: ReactPointerEvent, task: Task) => void;
}

/** How far a pressed pointer moves before it drags (pixels): a click is no drag. */
const SLACK = 6;

/** Lets cards be dragged; `onDrop` is told of the priority a card was let go on. */
export function useDrag(onDrop: (task: Task, priority: number) => void): Dragging {
  const newest = useRef(onDrop);
  newest.current = onDrop;
  return useMemo(() => {
    const state = new Observable<Drag | null>(null);
    return {
      state,
      grab: (event, task) => {
        if (event.button !== 0 || event.pointerType === "touch" || isOver(task)) return;
        if ((event.target as Element).closest("button") !== null) return;
        follow(state, event, task, (priority) => newest.current(task, priority));
      },
    };
  }, []);
}

function follow(
  state: Observable<Drag | null>,
  { clientX, clientY }: ReactPointerEvent,
  task: Task,
  drop: (priority: number) => void,
): void {
  const over = new AbortController();
  const { signal } = over;
  const end = () => {
    over.abort();
    state.set(null);
  };
  const move = (event: PointerEvent) => {
    // It was let go outside the window.
    if (event.buttons === 0) return end();
    const far = Math.hypot(event.clientX - clientX, event.clientY - clientY) > SLACK;
    if (state.value === null && !far) return;
    state.set({ task, x: event.clientX, y: event.clientY, over: priorityAt(event) });
  };
  const release = (event: PointerEvent) => {
    const dragged = state.value !== null;
    const priority = priorityAt(event);
    end();
    if (!dragged) return;
    ignoreNextClick();
    if (priority !== null) drop(priority);
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || state.value === null) return;
    event.stopPropagation();
    end();
  };
  window.addEventListener("pointermove", move, { signal });
  window.addEventListener("pointerup", release, { signal });
  window.addEventListener("pointercancel", end, { signal });
  window.addEventListener("keydown", key, { signal, capture: true });
  // Dragging a card marks no text.
  document.addEventListener("selectstart", (event) => event.preventDefault(), { signal });
}

/** Cards of an ordered column and the places above them say which priority is theirs. */
function priorityAt({ clientX, clientY }: PointerEvent): number | null {
  const place = document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>("[data-priority]");
  return place ? Number(place.dataset["priority"]) : null;
}

/** Letting go of a card over its link is no click on it. */
function ignoreNextClick(): void {
  const ignore = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener("click", ignore, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", ignore, { capture: true }));
}
