import { BudgetMode, BudgetPeriod, Caps } from "@harness/protocol";
import { z } from "zod";
import { key } from "./key.ts";
import { choice, line, structure } from "./value-type.ts";

const percentages = z.array(z.number().min(1).max(100)).max(20);
/** Millionths of a dollar are the smallest there are. */
const dollars = z
  .number()
  .min(0)
  .max(1_000_000)
  .refine((value) => Number(value.toFixed(6)) === value, "expected at most six decimals");

const budgetShape = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "expected letters, digits and . _ -")
      .refine((name) => name !== "night", "night is the budget of [night]; take another name"),
    project: line(200).optional(),
    agent: line(200).optional(),
    model: line(200).optional(),
    account: line(200).optional(),
    period: BudgetPeriod.optional(),
    mode: BudgetMode.optional(),
    warn_at: percentages.optional(),
    ...Caps.partial().shape,
  })
  .refine(
    ({ agent, model, account, max_attempts }) =>
      (agent ?? model ?? account) === undefined || max_attempts == null,
    "attempts are those of tasks and projects: an agent, a model or an account has none; limit its turns",
  )
  .refine(
    (budget) => Object.keys(Caps.shape).some((cap) => budget[cap as keyof Caps] != null),
    "expected at least one cap, such as max_budget_usd or max_tokens",
  );
/** One `[[budgets]]` table of the operator's file. */
export type BudgetEntry = z.infer<typeof budgetShape>;

/** Budgets besides those of tasks, projects and the night, and what tokens cost where their vendor does not say. */
export const budgetKeys = {
  budgets: key(
    structure(
      z
        .array(budgetShape)
        .max(1000)
        .refine(
          (all) => new Set(all.map(({ name }) => name)).size === all.length,
          "expected a name of its own for each budget",
        ),
      "[[budgets]] tables with name, perhaps project, agent, model, account and period, and caps",
    ),
    [],
    'Budgets of everything or of what they name: `project`, `agent`, `model` and `account` must all match. `period` is `night` (unless told), `day`, `week` (from Monday) or `month` of the calendar in `night.timezone`, or `total`, which never begins anew. Caps: `max_budget_usd`, `max_tokens`, `max_wall_secs`, `max_turns`, `max_attempts`. `mode = "shadow"` only says what it would have stopped; `warn_at` is told at these percentages in place of `limits.budget_warn_at`.',
  ),
  prices: key(
    structure(
      z.record(
        line(200),
        z.strictObject({ input: dollars, cached_input: dollars.optional(), output: dollars }),
      ),
      '[prices."model"] tables with input, output and, where it differs, cached_input',
    ),
    {},
    "Dollars for a million tokens, by the name of the model, where its vendor does not say what a turn cost.",
  ),
  "limits.task_budget_mode": key(
    choice(["enforce", "shadow"]),
    "enforce",
    "Whether a task's own caps on money, tokens, time and turns stop it, or only say once that they would have.",
  ),
  "limits.budget_warn_at": key(
    structure(percentages, "a list of percentages from 1 to 100"),
    [50, 80, 100],
    "Percentages of a cap that people are told of, each once a night, and once for a task.",
  ),
} as const;
