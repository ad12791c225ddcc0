import { ReviewAnswer } from "@harness/protocol";

export type ParsedAnswer =
  | { readonly ok: true; readonly answer: ReviewAnswer }
  | { readonly ok: false; readonly why: string };

/** The shape a reviewer must answer in, for adapters that can hold an agent to a schema. */
export const reviewAnswerSchema = {
  type: "object",
  additionalProperties: false,
  required: ["verdict", "summary", "findings"],
  properties: {
    verdict: { type: "string", enum: ["approved", "changes_requested"] },
    summary: { type: "string" },
    findings: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["file", "line", "severity", "title", "scenario"],
        properties: {
          file: { type: "string" },
          line: { type: "integer" },
          severity: { type: "string", enum: ["critical", "high", "medium", "low"] },
          title: { type: "string" },
          scenario: { type: "string" },
        },
      },
    },
  },
} as const;

/**
 * Reads a reviewer's answer: the whole text as JSON, else its last fenced JSON block. Anything missing or ambiguous
 * is not an approval. An approval that carries a critical or high finding contradicts itself and counts as a request
 * for changes; a request for changes without any finding is unusable, because nobody could act on it.
 */
export function parseAnswer(text: string): ParsedAnswer {
  for (const candidate of jsonIn(text)) {
    const parsed = ReviewAnswer.safeParse(candidate);
    if (!parsed.success) continue;
    const answer = parsed.data;
    const grave = answer.findings.some(
      (finding) => finding.severity === "critical" || finding.severity === "high",
    );
    if (answer.verdict === "approved" && grave)
      return { ok: true, answer: { ...answer, verdict: "changes_requested" } };
    if (answer.verdict === "changes_requested" && answer.findings.length === 0)
      return { ok: false, why: "It asks for changes but names none." };
    return { ok: true, answer };
  }
  return { ok: false, why: "It is not the JSON that was asked for." };
}

/** The JSON values an agent's answer may be: the whole text, else its fenced blocks, the last one first. */
export function jsonIn(text: string): unknown[] {
  return [
    text.trim(),
    ...[...text.matchAll(/```(?:json)?\s*\n([\s\S]*?)```/g)].map((match) => match[1]!.trim()).reverse(),
  ].map(parseJson);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
