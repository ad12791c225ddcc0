import { z } from "zod";
import { Caps } from "./budget.ts";
import { operation } from "./operation.ts";
import { Cursor, Limit, Page } from "./paging.ts";
import {
  AllowedHost,
  Argv,
  Project,
  ProjectKey,
  ProjectProposal,
  ReviewSettings,
  ValidationCommand,
} from "./project.ts";
import { SandboxProfileWord } from "./sandbox.ts";
import { RefName } from "./words.ts";

const settingFields = {
  base_branch: RefName.optional(),
  branch_prefix: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/)
    .optional(),
  setup: z.array(Argv).max(20).optional(),
  copy_files: z.array(z.string().min(1).max(500)).max(50).optional(),
  cache_dirs: z.array(z.string().min(1).max(500)).max(20).optional(),
  validation: z.union([z.literal("none"), z.array(ValidationCommand).max(20)]).optional(),
  validation_timeout_secs: z.number().int().min(1).max(86_400).optional(),
  review: ReviewSettings.partial().optional(),
  max_concurrent: z.number().int().min(1).max(1000).optional(),
  default_agent: z.string().min(1).max(100).optional(),
  protected_paths: z.array(z.string().min(1).max(500)).max(200).optional(),
  allowed_hosts: z.array(AllowedHost).max(200).optional(),
  lfs: z.boolean().optional(),
  submodules: z.boolean().optional(),
  night_limits: Caps.partial().optional(),
  takeover: z.boolean().optional(),
  sandbox: SandboxProfileWord.nullable()
    .optional()
    .meta({ description: "What agents may do in the project; null follows the server" }),
};

const ProjectName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "expected letters, digits and . _ -");

/** Where the runtime log is, without showing a path outside. */

const Queue = z.object({ running: z.number().int(), queued: z.number().int(), limit: z.number().int() });

/** Registering, changing and listing projects. */
export const projectOperations = {
  "project/detect": operation({
    summary: "Look at a repository and propose settings; stores nothing",
    http: ["POST /projects/detect"],
    scope: "operate",
    mcp: false,
    params: () =>
      z.strictObject({
        root: z
          .string()
          .min(1)
          .max(4096)
          .optional()
          .meta({ description: "The directory the server was started in unless told" }),
      }),
    result: () => ProjectProposal,
    errors: ["not_a_repository", "root_not_allowed", "config_invalid", "invalid_ref"],
  }),
  "project/create": operation({
    summary: "Register a repository; the same id and root again updates it",
    http: ["POST /projects"],
    status: 201,
    scope: "operate",
    mcp: false,
    cli: "project add",
    params: () =>
      z.strictObject({
        id: ProjectName.optional().meta({ description: "Name of the project (seed 1's id)" }),
        root: z.string().min(1).max(4096),
        default: z.boolean().optional(),
        approve_file_sha256: z
          .string()
          .optional()
          .meta({ description: "Hash of the project's own settings file, approved by a person" }),
        ...settingFields,
      }),
    result: () => Project,
    errors: [
      "not_a_repository",
      "root_not_allowed",
      "project_exists",
      "config_invalid",
      "config_changed",
      "rules_invalid",
      "invalid_ref",
      "agent_not_found",
      "sandbox_not_allowed",
      "draining",
    ],
  }),
  "project/example": operation({
    summary: "Make the example project, unless it is there, and say which task shows Harness at work",
    http: ["POST /projects/example"],
    status: 201,
    scope: "operate",
    mcp: false,
    cli: "project example",
    params: () => z.strictObject({}),
    result: () =>
      z.object({
        project: Project,
        task: z
          .object({
            project: z.string(),
            title: z.string(),
            prompt: z.string(),
            agent: z.string(),
            reviewer: z.string(),
          })
          .meta({
            description:
              "What to submit with task/create: played by a script, without a model, an account or cost; another agent may be named",
          }),
      }),
    errors: ["capability_missing", "not_a_repository", "project_exists", "draining"],
  }),
  "project/list": operation({
    summary: "Registered projects, by name",
    http: ["GET /projects"],
    scope: "read",
    mcp: true,
    cli: "project list",
    params: () => z.strictObject({ limit: Limit, cursor: Cursor }),
    result: () => z.object({ data: z.array(Project), page: Page }),
    errors: ["invalid_cursor"],
  }),
  "project/queue_stats": operation({
    summary: "Running and queued tasks, in all and by project",
    http: ["GET /projects/queue-stats"],
    scope: "read",
    mcp: false,
    params: () => z.strictObject({}),
    result: () => z.object({ global: Queue, projects: z.record(z.string(), Queue) }),
    errors: [],
  }),
  "project/get": operation({
    summary: "One project",
    http: ["GET /projects/{project}"],
    scope: "read",
    mcp: false,
    cli: "project show",
    params: () => z.strictObject({ project: ProjectKey }),
    result: () => Project,
    errors: ["project_not_found"],
  }),
  "project/update": operation({
    summary: "Change a project's settings",
    http: ["PATCH /projects/{project}"],
    scope: "operate",
    mcp: false,
    cli: "project set",
    params: () =>
      z.strictObject({
        project: ProjectKey,
        default: z.boolean().optional(),
        active: z.boolean().optional(),
        ...settingFields,
      }),
    result: () => Project,
    errors: ["project_not_found", "invalid_ref", "agent_not_found", "sandbox_not_allowed", "draining"],
  }),
  "project/approve_file": operation({
    summary: "Approve the project's own settings file as it stands on the base branch, by its hash",
    http: ["POST /projects/{project}/file/approve"],
    scope: "operate",
    mcp: false,
    cli: "project approve",
    params: () => z.strictObject({ project: ProjectKey, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    result: () => Project,
    errors: ["project_not_found", "config_changed", "config_invalid", "rules_invalid", "draining"],
  }),
  "project/delete": operation({
    summary: "Forget a project; its repository is not touched",
    http: ["DELETE /projects/{project}"],
    scope: "operate",
    mcp: false,
    destructive: true,
    cli: "project remove",
    params: () => z.strictObject({ project: ProjectKey }),
    result: () => z.object({ deleted: z.boolean() }),
    errors: ["project_not_found", "project_busy", "draining"],
  }),
} as const;
