import { z } from "zod";
import type { AgentItem, AgentQuestion, AgentTurn } from "../port.ts";
import type { Emit } from "../turn-frame.ts";
import { withoutWaysOut } from "../ways-out.ts";
import type { ClaudeRequest } from "./lines.ts";
import { actionOf } from "./words.ts";

/** The tool Claude Code asks a person with; offered only where somebody can be asked. */
export const QUESTION_TOOL = "AskUserQuestion";

const Questions = z.looseObject({
  questions: z
    .array(
      z.looseObject({
        question: z.string(),
        options: z
          .array(z.looseObject({ label: z.string(), description: z.string().optional() }))
          .default([]),
      }),
    )
    .min(1),
});

/** What Claude Code is answered: it may go on, with this input, or not. */
type Permission =
  | { readonly behavior: "allow"; readonly updatedInput: Readonly<Record<string, unknown>> }
  | { readonly behavior: "deny"; readonly message: string };

/**
 * Answers what Claude Code asks its host: leave for a tool from `turn.approve`, questions to a person from `turn.ask`.
 * Undefined for a request nobody here knows.
 */
export async function permissionFor(
  turn: Pick<AgentTurn, "approve" | "ask">,
  emit: Emit,
  asked: { readonly request_id: string; readonly request: ClaudeRequest | undefined },
): Promise<Permission | undefined> {
  const { request_id, request } = asked;
  if (request?.subtype !== "can_use_tool") return undefined;
  return request.tool_name === QUESTION_TOOL
    ? answers(turn, request_id, request)
    : leave(turn, emit, request_id, request);
}

async function leave(
  turn: Pick<AgentTurn, "approve">,
  emit: Emit,
  id: string,
  request: ClaudeRequest,
): Promise<Permission> {
  const action = actionOf(request);
  const { decision, reason } = await turn.approve(action).catch((error: unknown) => ({
    decision: "deny" as const,
    reason: `The question could not be answered: ${messageOf(error)}`,
  }));
  const [path] = action.paths;
  const what = { name: action.tool, command: action.command, path, text: action.summary };
  const item: AgentItem = { id, kind: "approval", ...what, decision, reason };
  emit({ type: "item", phase: "completed", item });
  return decision === "allow"
    ? { behavior: "allow", updatedInput: withoutWaysOut(request.input ?? {}) }
    : { behavior: "deny", message: reason };
}

async function answers(
  turn: Pick<AgentTurn, "ask">,
  id: string,
  request: ClaudeRequest,
): Promise<Permission> {
  const nobody = "Nobody is there to answer. Decide by yourself, and say what you assumed.";
  const parsed = Questions.safeParse(request.input);
  if (!parsed.success || turn.ask === undefined) return { behavior: "deny", message: nobody };
  const { questions } = parsed.data;
  const put = questions.map(
    ({ question, options }, index): AgentQuestion => ({
      id: `${request.tool_use_id ?? id}:${index}`,
      text: [
        question,
        ...options.flatMap(({ label, description }) => (description ? [`${label}: ${description}`] : [])),
      ].join("\n"),
      options: options.map(({ label }) => label),
    }),
  );
  const given = await turn.ask(put).catch(() => undefined);
  if (given === undefined) return { behavior: "deny", message: nobody };
  const entries = questions.map(({ question }, index) => [question, given[put[index]?.id ?? ""] ?? ""]);
  return {
    behavior: "allow",
    updatedInput: { ...request.input, answers: Object.fromEntries(entries) },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
