import { useNavigate } from "@tanstack/react-router";
import type { RefObject } from "react";
import { type Command, useCommands } from "../../commands/index.ts";
import { actionsFor, isOver, type Prioritize, type TaskActionRun } from "../../work/index.ts";
import type { Step } from "./columns.ts";
import type { Hand } from "./use-hand.ts";

interface Parts {
  readonly hand: Hand;
  readonly actions: TaskActionRun;
  readonly priority: Prioritize;
  readonly filter: RefObject<HTMLInputElement | null>;
  readonly by: "standing" | "state";
  /** Copies the ids of the cards the hand holds. */
  readonly copy: () => void;
}

const group = "Board";
const steps: readonly (readonly [keys: string, step: Step, title: string, extend?: boolean])[] = [
  ["j", "down", "Next card"],
  ["k", "up", "Card before"],
  ["h", "left", "Column to the left"],
  ["l", "right", "Column to the right"],
  ["Shift+J", "down", "Select down to the next card", true],
  ["Shift+K", "up", "Select up to the card before", true],
];

/** The keys of the board; those about cards only while there is one they are about. */
export function useBoardCommands({ hand, actions, priority, filter, by, copy }: Parts): void {
  const navigate = useNavigate();
  const { held, cursor, selected } = hand;
  const open = held.some((task) => !isOver(task));
  const commands: Command[] = [
    { id: "board-filter", title: "Filter the cards", keys: "/", group, run: () => filter.current?.focus() },
    {
      id: "board-by",
      title: by === "state" ? "Group by who must act" : "Group by state",
      keys: "v g",
      group,
      run: () =>
        void navigate({
          to: "/ui/board",
          search: (now) => ({ ...now, by: by === "state" ? undefined : "state" }),
          replace: true,
        }),
    },
    ...steps.map(([keys, step, title, extend]) => ({
      id: `board-${keys}`,
      title,
      keys,
      group,
      run: () => hand.step(step, extend),
    })),
  ];
  if (cursor.id !== null) commands.push(...aboutCard(cursor.id, hand, navigate));
  if (selected.size > 0)
    commands.push({ id: "board-clear", title: "Select nothing", keys: "Escape", group, run: hand.clear });
  if (held.length > 0) commands.push(...aboutTasks({ hand, actions, priority, copy, open }));
  useCommands(commands);
}

function aboutCard(id: string, hand: Hand, navigate: ReturnType<typeof useNavigate>): Command[] {
  return [
    {
      id: "board-open",
      title: "Open the card",
      keys: "Enter",
      group,
      run: () => {
        // A link or a button that has the focus is pressed, as everywhere.
        const at = document.activeElement;
        if (at instanceof HTMLElement && at.matches("a, button, summary")) at.click();
        else void navigate({ to: "/ui/tasks/$taskId", params: { taskId: id } });
      },
    },
    { id: "board-select", title: "Select the card", keys: "x", group, run: () => hand.toggle(id) },
  ];
}

function aboutTasks({
  hand: { held },
  actions,
  priority,
  copy,
  open,
}: Pick<Parts, "hand" | "actions" | "priority" | "copy"> & { readonly open: boolean }): Command[] {
  const what = held.length === 1 ? "the task" : `${held.length} tasks`;
  const raise = (by: number) => () => {
    for (const task of held) priority.set([task], task.priority + by);
  };
  return [
    ...(open
      ? [
          { id: "board-raise", title: `Raise the priority of ${what}`, keys: "+", group, run: raise(1) },
          { id: "board-lower", title: `Lower the priority of ${what}`, keys: "-", group, run: raise(-1) },
        ]
      : []),
    ...actionsFor(held).map(({ action, tasks }) => ({
      id: `board-${action.id}`,
      title: `${action.title} ${tasks.length === 1 ? "the task" : `${tasks.length} tasks`}`,
      keys: `w ${action.key}`,
      group,
      run: () => actions.start(action, tasks),
    })),
    {
      id: "board-copy",
      title: held.length === 1 ? "Copy the id" : "Copy the ids",
      keys: "w y",
      group,
      run: copy,
    },
  ];
}
