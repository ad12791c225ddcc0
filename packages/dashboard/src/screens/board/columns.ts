import type { Task } from "@harness/protocol";
import type { Tone } from "../../ui/index.ts";
import { isOver, standingOf, standings, standingWords } from "../../work/index.ts";

/** By who must act, or by how far the work is. */
export type Grouping = "standing" | "state";

/** A column of the board with its tasks in the order in which people should see them. */
export interface BoardColumn {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly tone: Tone;
  readonly tasks: readonly Task[];
}

interface Kind extends Omit<BoardColumn, "tasks"> {
  readonly order: (a: Task, b: Task) => number;
}

const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** As they are started: the higher priority first, then what waits longer. Ids grow with time. */
const asStarted = (a: Task, b: Task) => b.priority - a.priority || text(a.id, b.id);
/** What has waited longest first. */
const asWaiting = (a: Task, b: Task) =>
  b.priority - a.priority || text(a.block_reason?.since ?? a.id, b.block_reason?.since ?? b.id);
const newestFirst = (a: Task, b: Task) =>
  text(b.finished_at ?? b.updated_at, a.finished_at ?? a.updated_at) || text(b.id, a.id);

const orders: Readonly<Record<string, Kind["order"]>> = {
  respond: asWaiting,
  pending: asStarted,
  working: asStarted,
};

const kinds: Readonly<Record<Grouping, readonly Kind[]>> = {
  standing: standings.map((id) => ({ id, ...standingWords[id], order: orders[id] ?? newestFirst })),
  state: [
    { id: "todo", title: "To do", hint: "In the queue", tone: "plain", order: asStarted },
    {
      id: "progress",
      title: "In progress",
      hint: "Understood, planned or implemented",
      tone: "working",
      order: asStarted,
    },
    {
      id: "review",
      title: "In review",
      hint: "Checked, reviewed or published",
      tone: "review",
      order: asStarted,
    },
    {
      id: "waiting",
      title: "Waiting",
      hint: "For a person, a time or another task",
      tone: "plain",
      order: asWaiting,
    },
    {
      id: "done",
      title: "Done",
      hint: "Ended: done, failed, cancelled or out of budget",
      tone: "done",
      order: newestFirst,
    },
  ],
};

function stateOf(task: Task): string {
  if (isOver(task)) return "done";
  switch (task.status) {
    case "queued":
      return "todo";
    case "waiting":
      return "waiting";
    case "triaging":
    case "planning":
    case "implementing":
      return "progress";
    default:
      return "review";
  }
}

/** The tasks in the columns of a grouping, `asking` those with a question to a person; a column without tasks stays. */
export function columnsOf(
  tasks: readonly Task[],
  by: Grouping,
  asking: { has(task_id: string): boolean },
): readonly BoardColumn[] {
  const standing = (task: Task) => (asking.has(task.id) && !isOver(task) ? "respond" : standingOf(task));
  const groups = Map.groupBy(tasks, by === "standing" ? standing : stateOf);
  return kinds[by].map(({ order, ...kind }) => ({
    ...kind,
    tasks: (groups.get(kind.id) ?? []).sort(order),
  }));
}

/** Ids are random: a short word would be found in many of them. */
const ID_PART = 6;

/** Tasks of a project, by its id or name, in which every word occurs; in any case of letters. */
export function filtered(tasks: readonly Task[], project: string | undefined, wanted: string): Task[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return tasks.filter((task) => {
    if (project !== undefined && task.project_id !== project && task.project !== project) return false;
    if (words.length === 0) return true;
    const all = [task.title, task.branch, task.project, task.agent, task.model, task.status]
      .concat(task.labels)
      .join(" ")
      .toLowerCase();
    const id = task.id.toLowerCase();
    return words.every((word) => all.includes(word) || (word.length >= ID_PART && id.includes(word)));
  });
}

export type Step = "down" | "up" | "left" | "right";

/** The card next to one in a direction; the first card where none is chosen; null on an empty board. */
export function nextCard(columns: readonly BoardColumn[], from: string | null, step: Step): string | null {
  const full = columns.filter(({ tasks }) => tasks.length > 0);
  const column = full.findIndex(({ tasks }) => tasks.some(({ id }) => id === from));
  if (column < 0) return full[0]?.tasks[0]?.id ?? null;
  const row = full[column]!.tasks.findIndex(({ id }) => id === from);
  const sideways = step === "left" ? -1 : step === "right" ? 1 : 0;
  const to = full[Math.min(Math.max(column + sideways, 0), full.length - 1)]!.tasks;
  const along = step === "up" ? -1 : step === "down" ? 1 : 0;
  return to[Math.min(Math.max(row + along, 0), to.length - 1)]!.id;
}
