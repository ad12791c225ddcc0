import type { HarnessClient } from "@harness/client";
import type { Task } from "@harness/protocol";
import { isOver, standingOf } from "./standing.ts";

/** Something a person does with a task as a whole, on the board and on its page. */
export interface TaskAction {
  readonly id: "land" | "accept" | "unblock" | "retry" | "checkout" | "cancel" | "discard";
  /** On the button. */
  readonly title: string;
  /** The second key of the chord `w …`. */
  readonly key: string;
  readonly applies: (task: Task) => boolean;
  /** What a person reads before it is done; absent where nothing is lost and nothing outside changes. */
  readonly confirm?: string;
  /** True when it cannot be undone. */
  readonly destroys?: boolean;
  /** Does it; answers a sentence when there is something to know that the task does not show. */
  readonly run: (client: HarnessClient, task: Task) => Promise<string | null>;
}

const head = (task: Task) => (task.head_sha === null ? {} : { head_sha: task.head_sha });

/** What waits that a person may accept without proof. */
const acceptable: readonly string[] = ["no_validation", "no_reviewer", "review_limit"];

/** A wait that the word of a person ends; what depends on another task or on an answer ends with that. */
const mayUnblock = (task: Task) =>
  task.status === "waiting" &&
  !["approval", "dependency", "dependency_failed"].includes(task.block_reason?.code ?? "");

/** Everything a person can do with a task as a whole, what helps most first. */
export const taskActions: readonly TaskAction[] = [
  {
    id: "land",
    title: "Land",
    key: "l",
    applies: (task) => standingOf(task) === "merge",
    confirm:
      "The work is merged into its base branch in your repository. A clean checkout of that branch is updated with it.",
    run: async (client, task) => {
      const { landed, verified } = await client.call("task/accept", {
        task_id: task.id,
        into: task.base_branch,
        ...head(task),
      });
      if (landed === null) return null;
      const proof = verified ? "the commit that was proven" : "a merge commit that was not proven itself";
      return `Landed in ${landed.branch}: ${landed.commit.slice(0, 12)}, ${proof}.`;
    },
  },
  {
    id: "accept",
    title: "Accept unproven",
    key: "a",
    applies: (task) => task.status === "waiting" && acceptable.includes(task.block_reason?.code ?? ""),
    confirm: "The work goes on without the proof it waits for. This is recorded and shown in its grade.",
    run: async (client, task) => {
      await client.call("task/accept", { task_id: task.id, ...head(task) });
      return null;
    },
  },
  {
    id: "unblock",
    title: "Unblock",
    key: "u",
    applies: mayUnblock,
    run: async (client, { id }) => {
      await client.call("task/unblock", { task_id: id });
      return null;
    },
  },
  {
    id: "retry",
    title: "Retry",
    key: "r",
    applies: (task) =>
      task.discarded_at === null && ["failed", "cancelled", "budget_exhausted"].includes(task.status),
    run: async (client, { id }) => {
      await client.call("task/retry", { task_id: id });
      return null;
    },
  },
  {
    id: "checkout",
    title: "Check out",
    key: "o",
    applies: (task) => task.head_sha !== null && task.discarded_at === null && isOver(task),
    run: async (client, { id }) => {
      const { path, branch } = await client.call("task/checkout", { task_id: id });
      return `${branch} is checked out in ${path}`;
    },
  },
  {
    id: "cancel",
    title: "Cancel",
    key: "c",
    applies: (task) => !isOver(task),
    confirm:
      "The task is stopped and its processes are ended. Its work so far is kept, and it can be retried.",
    run: async (client, { id }) => {
      await client.call("task/cancel", { task_id: id });
      return null;
    },
  },
  {
    id: "discard",
    title: "Discard",
    key: "d",
    applies: (task) => task.discarded_at === null && (task.head_sha !== null || task.branch !== null),
    confirm: "The task is stopped, its branch and snapshots are deleted. What landed stays.",
    destroys: true,
    run: async (client, { id }) => {
      const { branches } = await client.call("task/discard", { task_id: id });
      const kept = branches.filter(({ deleted }) => !deleted);
      return kept.length === 0
        ? null
        : kept.map(({ branch, why }) => `${branch} was kept: ${why ?? "unknown why"}`).join(" ");
    },
  },
];

/** What can be done with at least one of these tasks, and with which of them. */
export function actionsFor(
  tasks: readonly Task[],
): readonly { readonly action: TaskAction; readonly tasks: readonly Task[] }[] {
  return taskActions
    .map((action) => ({ action, tasks: tasks.filter(action.applies) }))
    .filter(({ tasks: some }) => some.length > 0);
}
