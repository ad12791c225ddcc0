import type { Params } from "@harness/protocol";
import { z } from "zod";

const word = z.string().catch("");
const names = [
  "project",
  "template",
  "prompt",
  "title",
  "agent",
  "model",
  "reviewer",
  "base_branch",
  "priority",
  "labels",
  "sandbox",
  "approvals",
  "max_budget_usd",
  "max_tokens",
  "max_turns",
  "max_wall_mins",
  "max_attempts",
  "max_rounds",
  "list",
] as const;

/** A field of a draft that is one text, as it was typed. */
export type DraftField = (typeof names)[number];

/** What a task begins with when somebody says it beforehand; the order is that of the answers. */
export const questions = [
  { label: "Goal", hint: "What shall be different afterwards?" },
  { label: "Approach", hint: "How shall it be done, and how not?" },
  { label: "Technologies", hint: "Languages and tools to use" },
  { label: "Libraries", hint: "One a line: name: feature, feature" },
  { label: "Docs", hint: "What shall be read or written" },
] as const;

const Draft = z.object({
  ...(Object.fromEntries(names.map((name) => [name, word])) as Record<DraftField, typeof word>),
  depends_on: z.array(z.string()).catch([]),
  answers: z.array(z.string()).catch([]),
  mode: z.enum(["one", "list"]).catch("one"),
});

/** A task or a list as far as it is written. Everything is the text that was typed: nothing is lost by being wrong. */
export type Draft = z.infer<typeof Draft>;

/** An empty draft. */
export function emptyDraft(): Draft {
  return Draft.parse({});
}

/** A draft as it was kept; what cannot be read is empty. */
export function readDraft(kept: string | null): Draft {
  try {
    return Draft.parse(JSON.parse(kept ?? "{}"));
  } catch {
    return emptyDraft();
  }
}

const numbers = [
  "max_budget_usd",
  "max_tokens",
  "max_turns",
  "max_attempts",
  "max_rounds",
  "priority",
] as const;
const texts = ["project", "template", "title", "agent", "model", "reviewer", "base_branch"] as const;

/** The request a draft makes. A number that is none is sent as it stands, so that the server says what is wrong. */
export function requestOf(draft: Draft): Params<"task/create"> {
  const request: Record<string, unknown> = { prompt: draft.prompt };
  for (const name of texts) if (draft[name].trim() !== "") request[name] = draft[name].trim();
  for (const name of numbers) if (draft[name].trim() !== "") request[name] = numberOf(draft[name]);
  if (draft.max_wall_mins.trim() !== "") {
    const minutes = numberOf(draft.max_wall_mins);
    request["max_wall_secs"] = typeof minutes === "number" ? Math.round(minutes * 60) : minutes;
  }
  const labels = draft.labels.split(",").map((label) => label.trim());
  if (labels.some(Boolean)) request["labels"] = labels.filter(Boolean);
  if (draft.depends_on.length > 0) request["depends_on"] = draft.depends_on;
  if (draft.sandbox !== "") request["sandbox"] = draft.sandbox;
  if (draft.approvals !== "") request["approvals"] = { profile: draft.approvals };
  if (draft.answers.some((answer) => answer.trim() !== "")) request["answers"] = draft.answers;
  // The server checks it: the page only writes down what was typed.
  return request as Params<"task/create">;
}

function numberOf(text: string): number | string {
  const value = Number(text.trim().replace(",", "."));
  return Number.isFinite(value) ? value : text;
}
