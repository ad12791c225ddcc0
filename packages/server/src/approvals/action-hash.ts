import { createHash } from "node:crypto";
import type { ApprovalKind, ApprovalQuestion } from "@harness/protocol";

/** Exactly what an agent asks leave for, or wants to know. */
export interface Asked {
  readonly kind: ApprovalKind;
  readonly tool: string;
  readonly command: string | null;
  readonly paths: readonly string[];
  readonly input: unknown;
  readonly questions: readonly ApprovalQuestion[];
}

/**
 * The hash an answer is bound to. A command is what it runs, not how the agent describes it; of everything else the
 * whole input counts, so that an answer never reaches another content of the same file.
 */
export function actionHash({ kind, tool, command, paths, input, questions }: Asked): string {
  const about = command === null ? input : null;
  const asked = questions.map(({ text, options }) => ({ text, options }));
  return digest({ kind, tool, command, paths, input: about, questions: asked });
}

/** The hash of what a rule allows for good: this command, or this tool on these paths. */
export function ruleHash({ kind, tool, command, paths }: Omit<Asked, "input" | "questions">): string {
  return digest({ kind, tool, command, paths });
}

function digest(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}

/** JSON with the keys of every object in order: the same meaning is the same text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
