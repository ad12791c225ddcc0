import { z } from "zod";
import { Timestamp } from "./words.ts";

const usd = z.number().positive().max(1_000_000);
const count = z.number().int().min(1).max(1_000_000_000_000);
const secs = z.number().int().min(1).max(31_536_000);

/** The five caps of a task, of a project in one night or of a night; null means no cap. */
export const Caps = z
  .strictObject({
    max_budget_usd: usd.nullable(),
    max_tokens: count.nullable(),
    max_wall_secs: secs.nullable().meta({ description: "Time attempts may run, added up" }),
    max_turns: count.nullable(),
    max_attempts: count.nullable(),
  })
  .meta({ id: "Caps" });
export type Caps = z.infer<typeof Caps>;

/** No cap at all. */
export const noCaps: Caps = {
  max_budget_usd: null,
  max_tokens: null,
  max_wall_secs: null,
  max_turns: null,
  max_attempts: null,
};

/** What was used against the caps. Unknown cost is null, never 0. */
export const Spent = z
  .object({
    cost_usd: z.number().nullable(),
    total_tokens: z.number().int(),
    wall_ms: z.number().int().meta({ description: "Time attempts ran, those that run now included" }),
    turns: z.number().int(),
    attempts: z.number().int(),
  })
  .meta({ id: "Spent" });
export type Spent = z.infer<typeof Spent>;

/** The limits of a task: its caps, and when going in circles ends its attempt. */
export const LimitsOfTask = Caps.extend({
  no_progress_turns: z.number().int(),
  same_failure_times: z.number().int(),
}).meta({ id: "LimitsOfTask" });
export type LimitsOfTask = z.infer<typeof LimitsOfTask>;

const Account = z.object({
  caps: Caps,
  spent: Spent,
  reached: z.string().nullable().meta({ description: "The cap that is reached, in a sentence" }),
});

/** The night, what may be used in it and what was, in all and by project. */
export const NightBudget = z
  .object({
    begins_at: Timestamp,
    ends_at: Timestamp,
    all: Account,
    projects: z.array(Account.extend({ project_id: z.string(), project: z.string() })),
  })
  .meta({ id: "NightBudget" });
export type NightBudget = z.infer<typeof NightBudget>;

/**
 * What a budget is about, besides tasks, whose budget is theirs for life. `night` is everything; `combined` is several
 * at once, such as an agent in a project.
 */
export const budgetScopes = ["night", "project", "agent", "model", "account", "combined"] as const;
export const BudgetScope = z.enum(budgetScopes);
export type BudgetScope = z.infer<typeof BudgetScope>;

/** From when to when a budget lasts: a night, a day, week or month of the calendar in its time zone, or for good. */
export const budgetPeriods = ["night", "day", "week", "month", "total"] as const;
export const BudgetPeriod = z.enum(budgetPeriods);
export type BudgetPeriod = z.infer<typeof BudgetPeriod>;

/** What a budget is about, by name: all that is named must match. */
export const BudgetSelector = z
  .object({
    project: z.string().nullable(),
    agent: z.string().nullable(),
    model: z.string().nullable(),
    account: z.string().nullable(),
  })
  .meta({ id: "BudgetSelector" });
export type BudgetSelector = z.infer<typeof BudgetSelector>;

/** Whether a budget stops work, or only says what it would have stopped. */
export const BudgetMode = z.enum(["enforce", "shadow"]);
export type BudgetMode = z.infer<typeof BudgetMode>;

/** What is left of each cap; null where there is none, or where nobody knows what was used. */
export const Left = z
  .object({
    usd: z.number().nullable(),
    tokens: z.number().int().nullable(),
    turns: z.number().int().nullable(),
    attempts: z.number().int().nullable(),
    wall_ms: z.number().int().nullable(),
  })
  .meta({ id: "Left" });
export type Left = z.infer<typeof Left>;

/** One budget with what it allows in its period, and what was used of it. */
export const BudgetState = z
  .object({
    id: z.string().meta({ description: "night, project:ID, or the name in the configuration" }),
    scope: BudgetScope,
    name: z.string().nullable().meta({
      description:
        "The project, agent, model or account; of a combined budget all of them; null for everything",
    }),
    of: BudgetSelector,
    period: BudgetPeriod,
    mode: BudgetMode,
    warn_at: z.array(z.number()).meta({ description: "Percentages of a cap that are told, once a period" }),
    begins_at: Timestamp.nullable().meta({ description: "When its period began; null for good" }),
    ends_at: Timestamp.nullable().meta({ description: "When the next one begins; null for good" }),
    caps: Caps,
    spent: Spent,
    left: Left,
    used_percent: z
      .number()
      .nullable()
      .meta({ description: "Of the cap that is used most; null without caps" }),
    reached: z.string().nullable().meta({ description: "The cap that is reached, in a sentence" }),
    would_have_stopped: z
      .number()
      .int()
      .meta({ description: "Tasks and threads a shadow budget would have stopped in this period" }),
    raise: z.string().meta({ description: "How it is raised" }),
  })
  .meta({ id: "BudgetState" });
export type BudgetState = z.infer<typeof BudgetState>;
