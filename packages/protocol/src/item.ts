import { z } from "zod";

/** One thing that happened in a turn, as an agent reported it (CLAIMED) or as Harness decided it (approval). */
export const Item = z
  .object({
    id: z.string(),
    kind: z.enum([
      "message",
      "reasoning",
      "command",
      "file_change",
      "plan",
      "tool_call",
      "approval",
      "error",
      "unknown",
    ]),
    role: z
      .enum(["user", "agent"])
      .optional()
      .meta({ description: "Whose words a message holds; the agent's unless told" }),
    text: z.string().optional(),
    command: z.string().optional(),
    exit_code: z.number().int().nullable().optional(),
    output: z.string().optional(),
    failed: z.boolean().optional().meta({ description: "The agent reports that it failed" }),
    path: z.string().optional(),
    name: z.string().optional(),
    input: z.unknown().optional(),
    decision: z.enum(["allow", "deny"]).optional(),
    reason: z.string().optional(),
    duration_ms: z
      .number()
      .int()
      .optional()
      .meta({ description: "How long it took, of what was seen to begin; measured by Harness" }),
  })
  .meta({ id: "Item" });
export type Item = z.infer<typeof Item>;
