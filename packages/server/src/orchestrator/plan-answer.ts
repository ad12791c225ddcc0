import { PlanAnswer, type TaskPlan } from "@harness/protocol";
import { jsonIn } from "../review/index.ts";

const text = { type: "string" } as const;
const texts = { type: "array", items: text } as const;

/** The shape an architect must answer in, for adapters that can hold an agent to a schema. */
export const planAnswerSchema = {
  type: "object",
  additionalProperties: false,
  required: ["modules", "steps", "estimated_iterations"],
  properties: {
    modules: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["name", "description", "files", "depends_on"],
        properties: { name: text, description: text, files: texts, depends_on: texts },
      },
    },
    steps: texts,
    estimated_iterations: { type: ["integer", "null"] },
  },
} as const;

/**
 * Reads an architect's answer: JSON in the schema, alone or in a fence. Anything else is a plan all the same, as
 * text: it is handed on as it is, and has no modules to follow.
 */
export function readPlan(answer: string): TaskPlan {
  for (const candidate of jsonIn(answer)) {
    const parsed = PlanAnswer.safeParse(candidate);
    if (!parsed.success) continue;
    const { modules, ...rest } = parsed.data;
    const names = new Set(modules.map(({ name }) => name));
    if (names.size === modules.length) return { text: planText(parsed.data), modules, ...rest };
  }
  return { text: answer, modules: [], steps: [], estimated_iterations: null };
}

function planText({ modules, steps }: PlanAnswer): string {
  const lines = modules.map(({ name, description, files, depends_on }, at) => {
    const more = [
      ...(files.length > 0 ? [`files: ${files.join(", ")}`] : []),
      ...(depends_on.length > 0 ? [`after: ${depends_on.join(", ")}`] : []),
    ].join("; ");
    return `${at + 1}. ${name}${description ? `: ${description}` : ""}${more ? ` (${more})` : ""}`;
  });
  const numbered = steps.map((step, at) => `${at + 1}. ${step}`);
  return ["Modules:", ...lines, ...(numbered.length > 0 ? ["", "Steps:", ...numbered] : [])].join("\n");
}
