import { AllowedHost, Caps, MOST_TEMPLATES, TaskTemplate, TemplateName } from "@harness/protocol";
import { z } from "zod";
import { commandList, validationList } from "./command.ts";
import { secretOr } from "./secret-source.ts";
import { line } from "./value-type.ts";

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    "expected letters, digits and . _ -, starting with a letter or digit",
  );
const ref = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/, "expected letters, digits and . _ / - only");
const prefix = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/, "expected letters, digits and . _ / - only");
/** A path inside the repository: relative, without `..` steps. */
const inside = z
  .string()
  .min(1)
  .max(500)
  .refine(
    (value) =>
      !value.startsWith("/") && !/(^|[/\\])\.\.([/\\]|$)/.test(value) && !/[\u0000-\u001f\\]/.test(value),
    "expected a relative path inside the repository",
  );

/** Hosts agents reach besides those of their model. */
export const hosts = z.array(AllowedHost).max(500);
const projectHosts = z.array(AllowedHost).max(200);

/** The review settings a project may choose. */
export const reviewShape = z.strictObject({
  enabled: z.boolean().optional(),
  reviewer_agent: name.optional(),
  max_rounds: z.number().int().min(1).max(20).optional(),
  allow_same_agent: z.boolean().optional(),
});

const seconds = z.number().int().min(1).max(86_400);

/** One `[[projects]]` entry of the operator's file. */
export const projectEntryShape = z.strictObject({
  name,
  root: line(4096),
  default: z.boolean().optional(),
  max_concurrent: z.number().int().min(1).max(1000).optional(),
  default_agent: name.optional(),
  base_branch: ref.optional(),
  branch_prefix: prefix.optional(),
  setup: commandList.optional(),
  copy_files: z.array(inside).max(50).optional(),
  cache_dirs: z.array(inside).max(20).optional(),
  validation: validationList.optional(),
  validation_timeout_secs: seconds.optional(),
  review: reviewShape.optional(),
  protected_paths: z.array(inside).max(200).optional(),
  allowed_hosts: projectHosts.optional(),
  lfs: z.boolean().optional(),
  submodules: z.boolean().optional(),
  night_limits: Caps.partial().optional(),
});
/** A project named in the operator's file or by a flag; what it leaves out comes from detection and defaults. */
export type ProjectEntry = z.infer<typeof projectEntryShape>;

/** A command with placeholders. The prompt is never among them: arguments are seen by everyone on the machine. */
const commandTemplate = commandList.element.refine(
  (words) => !words.some((word) => /^(?:-[\w-]*=)?\{prompt\}$/.test(word)),
  "the prompt comes on standard input and cannot be an argument; remove {prompt}",
);

/** Credentials no agent gets (SAFETY.md C7): the server itself pushes, and an agent does not speak for the operator. */
const kept = /^(?:GITHUB_TOKEN|GH_TOKEN|GH_ENTERPRISE_TOKEN|GITHUB_ENTERPRISE_TOKEN|HARNESS_.*)$/;
const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,199}$/, "expected the name of a variable")
  .refine((value) => !kept.test(value), "is a variable no agent gets");
/** Variables with their values; a value may be a handle, though of none that is kept from agents. */
export const variables = z.record(
  variable,
  secretOr(z.string().max(10_000)).refine(
    (source) => source.from !== "env" || !kept.test(source.name),
    "leads to a variable no agent gets",
  ),
);

/** One `[agents.command.NAME]` table: a program that reads its prompt on standard input. */
export const commandAgentShape = z.strictObject({
  argv: commandTemplate,
  resume_argv: commandTemplate.optional(),
  account: name.optional(),
  default_model: line(200).optional(),
  variables: z.array(variable).max(100).optional(),
  set_env: variables.optional(),
  readable: z
    .array(line(4096).refine((value) => value.startsWith("/"), "expected absolute paths"))
    .max(100)
    .optional(),
  network: z.boolean().optional(),
  allowed_hosts: hosts.optional(),
  roles: z
    .array(z.enum(["triage", "planner", "implementer", "reviewer"]))
    .min(1)
    .optional(),
});
/** An agent made of one operator-named command. */
export type CommandAgentEntry = z.infer<typeof commandAgentShape>;

const belowHome = inside.regex(/^[^/]/, "expected a path relative to the home directory");

/** One `[agents.acp.NAME]` table: an agent that speaks ACP; what it leaves out is the built-in profile's of that name. */
export const acpAgentShape = z.strictObject({
  argv: commandList.element.optional(),
  account: name.optional(),
  env: z.array(variable).max(100).optional(),
  set_env: variables.optional(),
  login_files: z.array(belowHome).max(20).optional(),
  home_files: z.record(belowHome, z.string().max(100_000)).optional(),
  readable: z.array(line(4096)).max(50).optional(),
  auth_method: line(200).optional(),
  model: line(200).optional(),
  serve: z.array(z.enum(["fs", "terminal"])).optional(),
  reports_cost: z.boolean().optional(),
  forks: z.boolean().optional(),
  install: line(500).optional(),
  allowed_hosts: hosts.optional(),
  roles: commandAgentShape.shape.roles,
});
/** An ACP agent as the operator configures it. */
export type AcpAgentEntry = z.infer<typeof acpAgentShape>;

/** What a template of a project's own file may say: no limit, and no priority over other projects. */
const fileTemplate = TaskTemplate.pick({
  prompt: true,
  agent: true,
  model: true,
  reviewer: true,
  labels: true,
});

/** The tables and value forms of a project's own `.harness/config.toml`. */
export const projectFileShape = z.strictObject({
  git: z.strictObject({ base_branch: ref.optional(), branch_prefix: prefix.optional() }).optional(),
  setup: z
    .strictObject({ commands: commandList.optional(), cache_dirs: z.array(inside).max(20).optional() })
    .optional(),
  workspace: z
    .strictObject({
      copy_files: z.array(inside).max(50).optional(),
      lfs: z.boolean().optional(),
      submodules: z.boolean().optional(),
    })
    .optional(),
  validation: z
    .union([
      z.literal("none"),
      z.strictObject({
        commands: validationList.optional(),
        pre_commit: validationList.optional(),
        timeout_secs: seconds.optional(),
      }),
    ])
    .optional(),
  agent: z.strictObject({ default: name.optional(), allowed_hosts: projectHosts.optional() }).optional(),
  review: reviewShape.omit({ allow_same_agent: true }).optional(),
  concurrency: z
    .strictObject({ max_concurrent_tasks: z.number().int().min(1).max(1000).optional() })
    .optional(),
  policy: z.strictObject({ protected_paths: z.array(inside).max(200).optional() }).optional(),
  templates: z
    .record(TemplateName, fileTemplate)
    .refine(
      (all) => Object.keys(all).length <= MOST_TEMPLATES,
      `expected at most ${MOST_TEMPLATES} templates`,
    )
    .optional(),
});

/** The map of `[agents.command.*]` tables. */
export const commandAgents = z.record(name, commandAgentShape);

/** The map of `[agents.acp.*]` tables. */
export const acpAgents = z.record(name, acpAgentShape);
