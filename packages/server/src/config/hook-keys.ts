import { decidingHookEvents, hookEvents, toolHookEvents } from "@harness/protocol";
import { z } from "zod";
import { commandList } from "./command.ts";
import { key } from "./key.ts";
import { line, structure } from "./value-type.ts";

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    "expected letters, digits and . _ -, starting with a letter or digit",
  );

/** One `[[hooks]]` table. */
const hookShape = z
  .strictObject({
    name: name.optional(),
    event: z.enum(hookEvents),
    matcher: line(500).refine(isPattern, "expected a regular expression").optional(),
    argv: commandList.element,
    timeout_secs: z.number().int().min(1).max(600).default(30),
    on_failure: z.enum(["deny", "allow"]).optional(),
    variables: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,199}$/, "expected the name of a variable"))
      .max(50)
      .default([]),
  })
  .refine((hook) => hook.matcher === undefined || includes(toolHookEvents, hook.event), {
    path: ["matcher"],
    message: `is for hooks of a tool: ${toolHookEvents.join(", ")}`,
  })
  .refine((hook) => hook.on_failure === undefined || includes(decidingHookEvents, hook.event), {
    path: ["on_failure"],
    message: `is for hooks that decide: ${decidingHookEvents.join(", ")}`,
  });
/** A program the operator has run when something happens. */
export type HookEntry = z.infer<typeof hookShape>;

const hooks = z
  .array(hookShape)
  .max(100)
  .superRefine((all, context) => {
    for (const [at, one] of all.entries())
      if (one.name !== undefined && all.findIndex((other) => other.name === one.name) < at)
        context.addIssue({ code: "custom", path: [at, "name"], message: "is the name of another hook too" });
  });

/** Settings of the programs that are run when something happens. */
export const hookKeys = {
  hooks: key(
    structure(hooks, "[[hooks]] tables with event and argv"),
    [],
    `Programs to run when something happens. Each has an \`event\` (${hookEvents.join(", ")}) and \`argv\` (no shell), perhaps a \`name\`, \`timeout_secs\` (30, at most 600) and \`variables\` (names of the server's variables it may have besides PATH, HOME and the language). For events of a tool a \`matcher\`: a regular expression that must fit the whole name of the tool, or its kind (read, write, run, network, tool_call). It gets JSON on standard input. ${decidingHookEvents.join(" and ")} decide: exit code 2 denies with standard error as the reason, JSON on standard output may say more; a hook that fails or takes too long denies, unless its \`on_failure\` is \`allow\`. Hooks are the operator's: they run outside the sandbox, and those a repository brings are never run by Harness.`,
  ),
} as const;

function includes(events: readonly string[], event: string): boolean {
  return events.includes(event);
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, "u") instanceof RegExp;
  } catch {
    return false;
  }
}
