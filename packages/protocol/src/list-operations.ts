import { z } from "zod";
import { ListDefaults, ListFormat, MAX_LIST_BYTES, SubmittedList } from "./list.ts";
import { operation } from "./operation.ts";
import { ProjectKey } from "./project.ts";

/** Submitting a list of tasks that belong together. */
export const listOperations = {
  "task/submit_list": operation({
    summary: "Submit a list of tasks, all or nothing, or show what it would do (harness task submit -f)",
    http: ["POST /tasks/list"],
    status: 202,
    scope: "submit",
    mcp: true,
    guide: "Use it for two or more; dry_run shows what it would do.",
    idempotent: true,
    params: () =>
      z.strictObject({
        text: z.string().max(MAX_LIST_BYTES).meta({
          description: "The list, at most 1 MB and 500 items; the whole body at most server.max_body_bytes",
        }),
        format: ListFormat.optional().meta({ description: "Found out from the text unless told" }),
        project: ProjectKey.optional().meta({ description: "Project of the items that name none" }),
        defaults: ListDefaults.optional(),
        dry_run: z
          .boolean()
          .optional()
          .meta({ description: "Show order, limits and problems; store nothing" }),
        idempotency_key: z
          .string()
          .min(1)
          .max(255)
          .optional()
          .meta({ description: "Same as the Idempotency-Key header" }),
      }),
    result: () => SubmittedList,
    errors: ["list_invalid", "idempotency_conflict", "invalid_idempotency_key", "draining"],
  }),
} as const;
