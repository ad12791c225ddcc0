import { z } from "zod";
import { ApprovalProfile } from "./approval.ts";
import { operation } from "./operation.ts";
import { ChangedDecision, ListedRule, PolicyExplanation, RuleFault, RuleViolation } from "./policy.ts";
import { ProjectKey } from "./project.ts";

/** Longest text of rules, and longest command, a request may bring. */
const MOST_RULES_TEXT = 524_288;
const MOST_COMMAND = 65_536;

const project = ProjectKey.optional().meta({
  description: "Judge as in this project: its own rules count too",
});
const project_root = ProjectKey.optional().meta({ description: "Seed 1's name of project" });

/** The rules that judge what agents do. */
export const ruleOperations = {
  "rule/load": operation({
    summary: "Read the rules again: the operator's files, as the settings name them",
    http: ["POST /rules/load"],
    scope: "operate",
    mcp: false,
    cli: "rule load",
    params: () => z.strictObject({ project, project_root }),
    result: () =>
      z.object({
        rules_count: z.number().int(),
        faults: z.array(RuleFault).meta({ description: "While there is one, nothing is allowed" }),
        notes: z.array(z.string()),
      }),
    errors: ["project_not_found"],
  }),
  "rule/check": operation({
    summary: "Read a text as rules, or a project's or the operator's files as they are now, without effect",
    http: ["POST /rules/check"],
    scope: "read",
    mcp: false,
    cli: "rule check",
    params: () =>
      z.strictObject({
        project,
        project_root,
        text: z.string().max(MOST_RULES_TEXT).optional().meta({ description: "A file of rules" }),
        file: z.string().min(1).max(4096).optional().meta({ description: "What to call the text" }),
      }),
    result: () =>
      z.object({
        rules_count: z.number().int(),
        violations: z.array(RuleViolation),
        notes: z.array(z.string()),
      }),
    errors: ["project_not_found"],
  }),
  "rule/list": operation({
    summary: "The rules in force, with how often each matched",
    http: ["GET /rules"],
    scope: "read",
    mcp: true,
    cli: "rule list",
    params: () => z.strictObject({ project }),
    result: () =>
      z.object({ data: z.array(ListedRule), faults: z.array(RuleFault), notes: z.array(z.string()) }),
    errors: ["project_not_found"],
  }),
  "policy/explain": operation({
    summary: "What the policy answers to a command: every segment, every rule tried, the one that decides",
    http: ["POST /policy/explain"],
    scope: "read",
    mcp: true,
    cli: "policy explain",
    params: () =>
      z.strictObject({
        command: z.string().min(1).max(MOST_COMMAND),
        project,
        profile: ApprovalProfile.optional().meta({ description: "approvals.profile unless told" }),
        attended: z
          .boolean()
          .optional()
          .meta({ description: "Whether a person can be asked; true unless told" }),
      }),
    result: () => PolicyExplanation,
    errors: ["project_not_found"],
  }),
  "policy/dry_run": operation({
    summary: "Judge past commands by the rules of today, or by a text in their place: what would change",
    http: ["POST /policy/dry-run"],
    scope: "read",
    mcp: false,
    cli: "policy dry-run",
    params: () =>
      z.strictObject({
        project,
        text: z
          .string()
          .max(MOST_RULES_TEXT)
          .optional()
          .meta({ description: "Rules in place of the operator's and the project's; requirements stay" }),
        limit: z
          .number()
          .int()
          .min(1)
          .max(10_000)
          .optional()
          .meta({ description: "Newest decisions looked at; 1000 unless told" }),
      }),
    result: () =>
      z.object({
        decisions: z
          .number()
          .int()
          .meta({ description: "Past decisions on commands that were judged again" }),
        changed: z.array(ChangedDecision),
      }),
    errors: ["project_not_found", "rules_invalid"],
  }),
} as const;
