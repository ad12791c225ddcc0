import { z } from "zod";

/** An HTTP error: RFC 9457, with our code and the field at fault. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    error: z.string().meta({ description: "Same as code, where seed 1's clients look for it" }),
    field: z.string().optional(),
    expected: z.string().optional(),
    got: z.string().optional(),
    allowed: z.array(z.string()).optional(),
    hint: z.string().optional(),
    issues: z
      .array(
        z.object({
          field: z.string(),
          message: z.string(),
          line: z.number().int().optional(),
          column: z.number().int().optional(),
          hint: z.string().optional(),
        }),
      )
      .optional(),
    retry_after_s: z.number().optional(),
    request_id: z.string().optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;
