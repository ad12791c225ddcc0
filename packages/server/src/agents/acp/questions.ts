import type { CreateElicitationResponse } from "@agentclientprotocol/sdk";
import { z } from "zod";
import type { AgentQuestion, AgentTurn } from "../port.ts";

const MAX_QUESTIONS = 20;

const Property = z.looseObject({
  type: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  enum: z.array(z.string()).nullish(),
  oneOf: z.array(z.looseObject({ const: z.string(), title: z.string() })).nullish(),
});
type Property = z.infer<typeof Property>;

/** A form an agent wants filled in (`elicitation/create`); other modes send a person to a page, which nobody here opens. */
const Form = z.looseObject({
  mode: z.literal("form"),
  message: z.string(),
  requestedSchema: z.looseObject({ properties: z.record(z.string(), Property).default({}) }),
});

/** Answers a form with what a person says, one question for each of its fields. */
export async function fillIn(
  turn: Pick<AgentTurn, "ask">,
  request: unknown,
): Promise<CreateElicitationResponse> {
  const parsed = Form.safeParse(request);
  if (!parsed.success || turn.ask === undefined) return { action: "decline" };
  const { message, requestedSchema } = parsed.data;
  const fields = Object.entries(requestedSchema.properties).slice(0, MAX_QUESTIONS);
  const questions = fields.map(([id, field]) => questionOf(id, field, message));
  const answers = await turn.ask(questions).catch(() => undefined);
  if (answers === undefined) return { action: "cancel" };
  const content = fields.flatMap(([id, field]) => {
    const answer = answers[id];
    return answer === undefined ? [] : [[id, asTyped(field, answer)] as const];
  });
  return { action: "accept", content: Object.fromEntries(content) };
}

function questionOf(id: string, field: Property, message: string): AgentQuestion {
  const text = [message, field.title ?? id, field.description].filter(Boolean).join("\n");
  const yesOrNo = field.type === "boolean" ? ["yes", "no"] : [];
  return { id, text, options: field.oneOf?.map(({ title }) => title) ?? field.enum ?? yesOrNo };
}

/** A person's words as the type the form wants. */
function asTyped(field: Property, answer: string): string | number | boolean | string[] {
  if (field.type === "boolean") return /^\s*(y|yes|true)\b/i.test(answer);
  if (field.type === "number" || field.type === "integer") return Number(answer);
  if (field.type === "array") return answer.split(",").map((part) => part.trim());
  return field.oneOf?.find(({ title }) => title === answer)?.const ?? answer;
}
