import { z } from "zod";
import { operation } from "./operation.ts";
import { ProjectFileState, ProjectKey } from "./project.ts";
import { CommitSha, RefName, Timestamp } from "./words.ts";

/** What is asked of the files of a project's repository. */
export const fileOperations = {
  "project/files": operation({
    summary: "Paths in a project's repository that match what was typed so far, the best first",
    http: ["GET /projects/{project}/files"],
    scope: "read",
    mcp: false,
    params: () =>
      z.strictObject({
        project: ProjectKey,
        query: z
          .string()
          .max(200)
          .optional()
          .meta({ description: "Letters of the path, in their order; blanks and case do not count" }),
        ref: RefName.optional().meta({
          description: "Local branch whose files are looked at; the base branch unless told",
        }),
        limit: z
          .number()
          .int()
          .min(1)
          .max(200)
          .optional()
          .meta({ description: "Paths, 1 to 200; 50 unless told" }),
      }),
    result: () =>
      z.object({
        ref: z.string(),
        commit: CommitSha,
        paths: z.array(z.string()),
        total: z.number().int().meta({ description: "All that match" }),
        has_more: z.boolean(),
      }),
    errors: ["project_not_found", "invalid_ref", "not_a_repository", "git_failed"],
  }),
  "project/branches": operation({
    summary: "Local branches of a project's repository that a task can begin at, the newest first",
    http: ["GET /projects/{project}/branches"],
    scope: "read",
    mcp: false,
    cli: "project branches",
    params: () =>
      z.strictObject({
        project: ProjectKey,
        limit: z
          .number()
          .int()
          .min(1)
          .max(500)
          .optional()
          .meta({ description: "Branches, 1 to 500; 100 unless told" }),
      }),
    result: () =>
      z.object({
        base_branch: z.string().meta({ description: "Where tasks begin unless told" }),
        branches: z.array(
          z.object({
            name: RefName,
            commit: CommitSha,
            committed_at: Timestamp.nullable().meta({ description: "As its newest commit says" }),
            default: z.boolean(),
          }),
        ),
        has_more: z.boolean(),
        left_out: z
          .number()
          .int()
          .meta({ description: "Branches whose names no task can begin at, such as those with blanks" }),
      }),
    errors: ["project_not_found", "not_a_repository", "git_failed"],
  }),
  "project/file": operation({
    summary:
      "The project's own settings file and rules as they stand on the base branch now, and what approving them would change",
    http: ["GET /projects/{project}/file"],
    scope: "read",
    mcp: false,
    params: () => z.strictObject({ project: ProjectKey }),
    result: () =>
      z
        .object({
          base_branch: z.string(),
          commit: CommitSha,
          file: ProjectFileState,
          changes: z
            .array(z.object({ setting: z.string(), from: z.string().nullable(), to: z.string() }))
            .meta({
              description: "Settings that would become others, as JSON; null where there is none yet",
            }),
          problem: z.string().nullable().meta({ description: "Why it cannot be approved as it stands" }),
        })
        .meta({ id: "ProjectFileNow" }),
    errors: ["project_not_found", "invalid_ref", "not_a_repository", "git_failed"],
  }),
} as const;
