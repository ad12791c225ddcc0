import { RequestError } from "@agentclientprotocol/sdk";
import { z } from "zod";
import { jsonAnswer } from "../api/instructions.ts";
import { classifyFailure } from "../failure.ts";
import { bounded } from "../json-line.ts";
import type { AgentTurn, FailureKind } from "../port.ts";
import { isAuthRequired, ProtocolMismatch } from "./session.ts";

/** How the agent said that the turn ended, before it is known what it used. */
export type Ending =
  | { readonly status: "completed"; readonly final_text: string }
  | {
      readonly status: "failed";
      readonly kind: FailureKind;
      readonly message: string;
      readonly retry: boolean;
      readonly reset_at?: string;
    };

const STOPPED: Readonly<Record<string, readonly [FailureKind, string]>> = {
  max_tokens: ["permanent", "The answer reached the model's limit of tokens."],
  max_turn_requests: ["unknown", "The turn reached the agent's limit of model calls."],
  refusal: ["permanent", "The agent refused the request."],
  cancelled: ["unknown", "The agent cancelled the turn by itself."],
};

/** The ending a stop reason of ACP means. An agent that stops because leave was refused has answered. */
export function endingOf(
  stop_reason: string,
  final_text: string,
  turn: Pick<AgentTurn, "output_schema">,
  refused: number,
): Ending {
  if (stop_reason === "end_turn" || (stop_reason === "cancelled" && refused > 0))
    return {
      status: "completed",
      final_text: turn.output_schema === undefined ? final_text : jsonAnswer(final_text),
    };
  const [kind, message] = STOPPED[stop_reason] ?? ["protocol", `The turn ended with "${stop_reason}".`];
  return { status: "failed", kind, message, retry: false };
}

/** The ending an error of the agent means. Its message is read, and what it adds when that says nothing. */
export function failedEnding(error: unknown, now: number): Ending {
  if (error instanceof ProtocolMismatch || error instanceof z.ZodError) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    return { status: "failed", kind: "protocol", message, retry: false };
  }
  const message = bounded(error instanceof Error ? error.message : String(error), 4000);
  if (isAuthRequired(error)) return { status: "failed", kind: "auth", message, retry: false };
  const code = error instanceof RequestError && error.code >= 400 && error.code < 600 ? error.code : null;
  const data = error instanceof RequestError && error.data !== undefined ? JSON.stringify(error.data) : "";
  // JSON-RPC's own words for any error at all say nothing of this one.
  const own = message.replace(/^internal error:?/i, "").trim();
  const tries = [own, bounded(data, 2000), message].filter((words) => words !== "");
  const failures = tries.map((words) => classifyFailure(words, now, code));
  const known = failures.find(({ kind }) => kind !== "unknown") ?? classifyFailure(message, now, code);
  return { status: "failed", ...known, message: data === "" || own !== "" ? message : `${message}: ${data}` };
}

/** The words of a prompt as no agent takes them for a command of its own; with the schema of the answer. */
export function promptText(turn: Pick<AgentTurn, "prompt" | "output_schema">): string {
  const lead = /^\s*[/!@#$?]/.test(turn.prompt) ? "The request:\n" : "";
  if (turn.output_schema === undefined) return `${lead}${turn.prompt}`;
  const schema = JSON.stringify(turn.output_schema);
  return `${lead}${turn.prompt}\n\nYour final answer must be one JSON document and nothing else, following this JSON Schema:\n${schema}`;
}
