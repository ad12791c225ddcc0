import type { EventOf } from "@harness/protocol";
import type { About, Notice } from "./kinds.ts";

/** Tells that a budget is used up, once a period; of a shadow budget that it would have stopped work. */
export function budgetReached(
  { project_id, data }: EventOf<"budget.reached">,
  { project }: Pick<About, "project">,
): Notice {
  const shadow = data.mode === "shadow";
  return {
    kind: "over_budget",
    key: `budget:${data.budget ?? `${data.scope}:${project_id ?? "all"}`}:${data.until}`,
    title: `The ${nameOf(data, project)} is used up${shadow ? " (shadow: nothing is stopped)" : ""}`,
    body: shadow
      ? data.why
      : `${data.why} Work goes on ${data.until === null ? "when it is raised" : `at ${data.until}`}.`,
    link: "/",
    commands: ["harness budgets"],
  };
}

/** Tells how much of a budget is used: once a period, of a task's once. */
export function budgetWarned(
  { task_id, data }: EventOf<"budget.warned">,
  { task, project }: Pick<About, "task" | "project">,
): Notice {
  return {
    kind: "over_budget",
    key: `budget:${data.budget}:${data.percent}:${data.until}`,
    title: `${data.percent} % of the ${task ? `budget of ${task.title}` : nameOf(data, project)} is used`,
    body: data.why,
    link: task_id === null ? "/" : `/tasks/${task_id}`,
    commands: [task_id === null ? "harness budgets" : `harness task show ${task_id}`],
  };
}

function nameOf(
  { scope, budget }: { readonly scope: string; readonly budget?: string | undefined },
  project: string | undefined,
): string {
  if (budget !== undefined && budget !== "night" && !budget.startsWith("project:")) return `budget ${budget}`;
  return `budget of ${scope === "night" ? "the night" : (project ?? "a project")}`;
}
