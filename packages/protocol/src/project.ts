import { z } from "zod";
import { Caps, noCaps } from "./budget.ts";
import { SandboxProfile } from "./sandbox.ts";
import { Templates } from "./template.ts";
import { RefName, Timestamp } from "./words.ts";

/** How a caller names a project: its id, its name or the path of its root. */
export const ProjectKey = z
  .string()
  .min(1)
  .max(4096)
  .meta({ description: "Project id, name or path of its root" });

/** A command as an argument vector; Harness never runs a shell string. */
export const Argv = z.array(z.string().min(1).max(4096)).min(1).max(64);

/** A command Harness runs as evidence. */
export const ValidationCommand = z
  .strictObject({
    name: z.string().min(1).max(100),
    argv: Argv,
    timeout_secs: z.number().int().min(1).max(86_400).optional(),
  })
  .meta({ id: "ValidationCommand" });
export type ValidationCommand = z.infer<typeof ValidationCommand>;

/** A host agents may reach: its exact name or address, perhaps with a port; without one the ports 443 and 80 are meant. */
export const AllowedHost = z
  .string()
  .max(300)
  .regex(/^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/, "expected a host, perhaps with a port");

/** How finished work of a project is reviewed. */
export const ReviewSettings = z
  .strictObject({
    enabled: z.boolean(),
    reviewer_agent: z.string().max(100).nullable(),
    max_rounds: z.number().int().min(1).max(20),
    allow_same_agent: z
      .boolean()
      .meta({ description: "The project's opt-in to work without a second agent or model" }),
  })
  .meta({ id: "ReviewSettings" });
export type ReviewSettings = z.infer<typeof ReviewSettings>;

/** The settings of a project: what runs before, what proves the work, who may do it. */
export const ProjectSettings = z
  .strictObject({
    base_branch: RefName,
    branch_prefix: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/)
      .meta({ description: "Prefix of published branches, such as harness/" }),
    setup: z.array(Argv).max(20),
    copy_files: z.array(z.string().min(1).max(500)).max(50),
    cache_dirs: z.array(z.string().min(1).max(500)).max(20).meta({
      description: "Directories in the workspace, such as node_modules, kept in a cache shared by attempts",
    }),
    validation: z.union([z.literal("none"), z.array(ValidationCommand).max(20)]).meta({
      description: 'Commands that prove the work; "none" accepts unproven work and is shown on every record',
    }),
    validation_timeout_secs: z.number().int().min(1).max(86_400),
    agent: z.string().max(100).meta({ description: "Default agent; auto picks an installed, logged-in one" }),
    review: ReviewSettings,
    max_concurrent: z.number().int().min(1).max(1000),
    lfs: z.boolean(),
    submodules: z.boolean(),
    night_limits: Caps.default(noCaps).meta({ description: "What the project may use in one night" }),
    takeover: z.boolean().default(false).meta({
      description:
        "Let another agent go on, with a written summary, while the implementer's account is parked or stopped; the first may review it then, marked as not independent",
    }),
    sandbox: SandboxProfile.nullable().default(null).meta({
      description: "What agents may do in the project; null follows the server",
    }),
    templates: Templates.default({}),
    protected_paths: z.array(z.string().min(1).max(500)).max(200).default([]).meta({
      description:
        "Globs of files whose change a person approves before work is published, besides the operator's",
    }),
    allowed_hosts: z.array(AllowedHost).max(200).default([]).meta({
      description:
        "Hosts agents reach in the project besides the operator's, where they reach listed hosts only",
    }),
  })
  .meta({ id: "ProjectSettings" });
export type ProjectSettings = z.infer<typeof ProjectSettings>;

/** The state of the project's own `.harness/config.toml` on its base branch; it counts only once a person approved its hash. */
export const ProjectFileState = z
  .object({
    sha256: z.string().nullable(),
    approved_sha256: z.string().nullable(),
    state: z.enum(["absent", "approved", "unapproved"]),
    text: z.string().nullable(),
    rules: z
      .string()
      .nullable()
      .meta({ description: "`.harness/policy.rules` beside it; the hash covers both" }),
  })
  .meta({ id: "ProjectFileState" });

export const Project = z
  .object({
    id: z.string(),
    name: z.string(),
    root: z.string(),
    active: z.boolean(),
    default: z.boolean(),
    settings: ProjectSettings,
    file: ProjectFileState,
    max_concurrent: z.number().int(),
    default_agent: z.string(),
    task_count: z.number().int(),
    counts: z.record(z.string(), z.number().int()),
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: "Project" });
export type Project = z.infer<typeof Project>;

/** What detection proposes for a repository, shown for confirmation before anything is stored. */
export const ProjectProposal = z
  .object({
    root: z.string(),
    name: z.string(),
    languages: z.array(z.string()),
    settings: ProjectSettings,
    file: ProjectFileState,
    notes: z.array(z.string()),
  })
  .meta({ id: "ProjectProposal" });
export type ProjectProposal = z.infer<typeof ProjectProposal>;
