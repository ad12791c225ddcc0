import { z } from "zod";
import { Timestamp } from "./words.ts";

export const PolicyDecision = z
  .enum(["allow", "prompt", "forbidden"])
  .meta({ id: "PolicyDecision", description: "Of several the strictest holds" });
export type PolicyDecision = z.infer<typeof PolicyDecision>;

export const RuleLayer = z
  .enum(["operator", "project", "default"])
  .meta({ description: "Where a rule comes from; a higher one that says anything is heard" });

/** A rule that says something of an action. */
export const RuleMatch = z
  .object({
    id: z.string().meta({ description: "Layer, file and line" }),
    layer: RuleLayer,
    decision: PolicyDecision,
    matched: z.array(z.string()).meta({ description: "The words of the action it covers" }),
    justification: z.string().nullable(),
  })
  .meta({ id: "RuleMatch" });

/** A file of rules that cannot be used; while one is in force nothing is allowed. */
export const RuleFault = z
  .object({
    file: z.string(),
    line: z.number().int(),
    column: z.number().int(),
    message: z.string(),
  })
  .meta({ id: "RuleFault" });
export type RuleFault = z.infer<typeof RuleFault>;

/** A rule in force, and how often it was needed. */
export const ListedRule = z
  .object({
    id: z.string(),
    layer: RuleLayer,
    kind: z.enum(["command", "path", "host", "tool", "protected", "diff"]),
    decision: PolicyDecision,
    says: z.string().meta({ description: "What it speaks of, in one line" }),
    justification: z.string().nullable(),
    file: z.string(),
    line: z.number().int(),
    required: z.boolean().meta({ description: "True for a requirement: it is heard above every layer" }),
    hits: z.number().int().meta({ description: "How often it matched an action" }),
    last_hit_at: Timestamp.nullable(),
  })
  .meta({ id: "ListedRule" });
export type ListedRule = z.infer<typeof ListedRule>;

/** A mistake in a file of rules, in seed 1's words. */
export const RuleViolation = z
  .object({
    rule_id: z.string(),
    file: z.string(),
    line: z.number().int(),
    column: z.number().int(),
    message: z.string(),
    severity: z.enum(["critical", "high", "medium", "low"]),
  })
  .meta({ id: "RuleViolation" });

/** One command of a text a shell would run, and what every rule says of it. */
export const ExplainedSegment = z
  .object({
    text: z.string(),
    words: z.array(z.string()).meta({ description: "Its words, wrappers taken off" }),
    via: z.array(z.string()).meta({ description: "Wrappers that were taken off, outermost first" }),
    writes: z.array(z.string()).meta({ description: "Where its redirects write" }),
    decision: PolicyDecision,
    reason: z.string(),
    matches: z
      .array(RuleMatch)
      .meta({ description: "Rules that say something of it, the deciding one first" }),
    tried: z.array(
      z.object({
        id: z.string(),
        layer: RuleLayer,
        decision: PolicyDecision,
        says: z.string(),
        justification: z.string().nullable(),
        matched: z.array(z.string()).nullable().meta({ description: "Null when it says nothing of it" }),
      }),
    ),
  })
  .meta({ id: "ExplainedSegment" });

/** What the policy answers to a command, and everything that led to it. */
export const PolicyExplanation = z
  .object({
    decision: PolicyDecision,
    reason: z.string(),
    rule: RuleMatch.nullable().meta({ description: "The rule that decided; null when none did" }),
    segments: z.array(ExplainedSegment),
  })
  .meta({ id: "PolicyExplanation" });
export type PolicyExplanation = z.infer<typeof PolicyExplanation>;

/** A past decision that would be another one by the rules it was judged by again. */
export const ChangedDecision = z
  .object({
    command: z.string(),
    times: z.number().int().meta({ description: "How often it was decided on" }),
    last_at: Timestamp,
    was: z.enum(["allow", "deny"]),
    was_reason: z.string(),
    now: PolicyDecision,
    now_reason: z.string(),
  })
  .meta({ id: "ChangedDecision" });
