import { useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { useLive, useRead, useTasks, useTaskTable, type WaitingThing } from "../live/index.ts";
import { visibleText } from "../ui/index.ts";
import { standingOf } from "../work/index.ts";

/** How much waits for a person. */
export interface Due {
  /** Null until it was read. */
  readonly waiting: readonly WaitingThing[] | null;
  readonly answers: number;
}

/** What waits for a person: questions of agents, and tasks that wait with something else. */
export function useDue(): Due {
  const tasks = useTasks();
  const { readAt } = useTaskTable();
  const { data: asked } = useRead("approval/list", { limit: 100 });
  return useMemo(() => {
    const waits = tasks.filter(
      (task) => standingOf(task) === "respond" && task.block_reason?.code !== "approval",
    );
    const questions = asked?.data ?? [];
    const waiting = [
      ...questions.map(({ id, agent, summary }) => ({ id, title: visibleText(`${agent}: ${summary}`) })),
      ...waits.map(({ id, title, block_reason }) => ({
        id: `${id} ${block_reason?.since ?? ""}`,
        title: visibleText(`${title}: ${block_reason?.message ?? ""}`),
      })),
    ];
    return { waiting: readAt === null || asked === undefined ? null : waiting, answers: waiting.length };
  }, [tasks, asked, readAt]);
}

/** The title says how much waits, so that a tab in the background tells. */
export function useTitle({ answers }: Due): void {
  useEffect(() => {
    document.title = answers === 0 ? "Harness" : `(${answers}) Harness`;
  }, [answers]);
}

/** The browser tells what begins to wait while the page is out of sight. */
export function useNotes({ waiting }: Due): void {
  const { notes } = useLive();
  const navigate = useNavigate();
  useEffect(() => {
    if (waiting !== null) notes.hear(waiting, () => void navigate({ to: "/ui/inbox" }));
  }, [notes, waiting, navigate]);
}
