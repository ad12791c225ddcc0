import { z } from "zod";
import type { AgentTurn } from "../port.ts";

/** The tool a model asks a person with; offered only where somebody can be asked. */
export const ASK_PERSON = "ask_person";

/** What it is asked with. */
export const AskPerson = z.strictObject({
  question: z.string().min(1).max(4_000),
  options: z.array(z.string().min(1).max(500)).max(20).optional(),
});

/** What the model is told of it. */
export const ASK_PERSON_DESCRIPTION =
  "Ask the person one question when you cannot decide without them. Waits for the answer, which may take long; do not ask for leave to use a tool, that is asked by itself.";

const NOBODY = "Nobody is there to answer. Decide by yourself, and say what you assumed.";

/** Puts the question and waits for the person. The answer, or that there is none. */
export async function askPerson(
  ask: NonNullable<AgentTurn["ask"]>,
  id: string,
  { question, options = [] }: z.infer<typeof AskPerson>,
): Promise<string> {
  const answers = await ask([{ id, text: question, options }]);
  return answers?.[id] ?? NOBODY;
}
