import { z } from "zod";
import { operation } from "./operation.ts";
import { ProjectKey } from "./project.ts";
import { ListedProblem } from "./report-problem.ts";
import { Timestamp } from "./words.ts";

const Count = z.number().int();

/** How a project does, for people and the clients of seed 1. */
export const healthOperations = {
  "health/check": operation({
    summary: "How a project does: the grades of its work, what is wrong with it now, and what helps",
    http: ["GET /health/check"],
    scope: "read",
    mcp: false,
    cli: "project health",
    params: () =>
      z.strictObject({
        project: ProjectKey.optional().meta({ description: "The default project unless told" }),
        project_root: ProjectKey.optional().meta({ description: "The same, as seed 1 names it" }),
      }),
    result: () =>
      z.object({
        project_id: z.string(),
        project: z.string(),
        checked_at: Timestamp,
        healthy: z
          .boolean()
          .meta({ description: "Nothing is wrong with it now; it says nothing of quality" }),
        quality: z.object({
          grade: z.enum(["A", "B", "C", "D"]).nullable().meta({
            description: "The one in the middle of those of its tasks of 14 days; null without any",
          }),
          grades: z.object({ A: Count, B: Count, C: Count, D: Count, none: Count }),
          done: Count,
          failed: Count,
          first_validation: z.object({ passed: Count, of: Count }),
          first_review: z.object({ approved: Count, of: Count }),
        }),
        violations: z.null().meta({
          description: "Null: no rules of a project are checked yet, so nothing is known of them",
        }),
        signals: z.array(ListedProblem).meta({ description: "What is wrong now, at most 50" }),
        recommendations: z.array(z.string()).meta({ description: "What helps, the most urgent first" }),
      }),
    errors: ["project_not_found"],
  }),
} as const;
