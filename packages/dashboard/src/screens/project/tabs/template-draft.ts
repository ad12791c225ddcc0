import type { Params, TaskTemplate } from "@harness/protocol";

/** The texts of a template besides its prompt, and how they are called. */
export const textFields = {
  agent: "Agent",
  model: "Model",
  reviewer: "Reviewer",
} as const;

/** The figures of a template, and how they are called. */
export const figureFields = {
  priority: "Priority (0 to 2)",
  max_budget_usd: "Dollars",
  max_tokens: "Tokens",
  max_turns: "Turns",
  max_attempts: "Attempts",
  max_rounds: "Rounds of review",
  turn_timeout_secs: "Seconds a turn",
  max_wall_secs: "Seconds attempts run",
  no_progress_turns: "Turns without progress",
  same_failure_times: "Times the same failure",
  max_wait_secs: "Seconds it may wait",
} as const;

/** A field of a template that may be left empty. */
export type OptionalField = keyof typeof textFields | keyof typeof figureFields;

/** A template as it is typed; empty means that it says nothing of it. */
export interface TemplateDraft {
  readonly prompt: string;
  readonly labels: string;
  readonly rest: Readonly<Partial<Record<OptionalField, string>>>;
}

/** A template, ready to be typed over. */
export function templateDraft(template: TaskTemplate | null): TemplateDraft {
  const { prompt = "", labels = [], ...rest } = template ?? { prompt: "" };
  return {
    prompt,
    labels: labels.join(", "),
    rest: Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])),
  };
}

/** What was typed, as the server takes it. */
export function templateWish({
  prompt,
  labels,
  rest,
}: TemplateDraft): Omit<Params<"template/set">, "project" | "name"> {
  const said = Object.entries(rest).filter(([, text]) => text.trim() !== "");
  const list = labels
    .split(",")
    .map((label) => label.trim())
    .filter((label) => label !== "");
  return {
    prompt,
    ...(list.length > 0 ? { labels: list } : {}),
    ...Object.fromEntries(
      said.map(([name, text]) => [name, name in figureFields ? Number(text) : text.trim()]),
    ),
  };
}
