import { z } from "zod";
import { CommitSha, type TaskStatus, Timestamp } from "./words.ts";

/** One part of a plan that can be built and proven by itself. */
export const PlanModule = z
  .object({
    name: z.string().min(1).max(200),
    description: z.string().max(4000).default(""),
    files: z
      .array(z.string().min(1).max(1000))
      .max(200)
      .default([])
      .meta({ description: "Files or directories it is made of" }),
    depends_on: z.array(z.string().min(1).max(200)).max(50).default([]),
  })
  .meta({ id: "PlanModule" });
export type PlanModule = z.infer<typeof PlanModule>;

/** What an architect must answer. */
export const PlanAnswer = z.object({
  modules: z.array(PlanModule).min(1).max(100),
  steps: z.array(z.string().min(1).max(4000)).max(200).default([]),
  estimated_iterations: z.number().int().min(1).max(1000).nullable().default(null),
});
export type PlanAnswer = z.infer<typeof PlanAnswer>;

/** The plan of a task, made by an agent before the work. A plan that was plain text has no modules. */
export const TaskPlan = z
  .object({
    text: z.string().meta({ description: "The plan as the implementer is given it" }),
    modules: z.array(PlanModule),
    steps: z.array(z.string()),
    estimated_iterations: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Rounds of work the planner expects: CLAIMED" }),
  })
  .meta({ id: "TaskPlan" });
export type TaskPlan = z.infer<typeof TaskPlan>;

const Share = z.number().min(0).max(1).nullable();

/** The two figures of a piece of work. Both are null without data, never invented. */
export const moduleFigures = {
  test_pass_rate: Share.meta({
    description:
      "passed / (passed + failed) of the tests Harness ran on the commit (VERIFIED, of the whole commit); null when nothing was counted",
  }),
  quality_score: Share.meta({
    description:
      "0.7 · test_pass_rate + 0.3 · (1 − findings), findings in its files weighing critical 1, high 0.6, medium 0.3, low 0.1, at most 1; null without counts or without a review of the commit",
  }),
};

/** How far one module of the plan is. */
export const ModuleProgress = z
  .object({
    name: z.string(),
    description: z.string(),
    status: z.enum(["pending", "in_progress", "completed"]).meta({
      description:
        "completed: validated, and the review of that commit found nothing in its files; a later change of them opens it again",
    }),
    iterations: z.number().int().meta({ description: "Rounds of work that changed its files" }),
    ...moduleFigures,
  })
  .meta({ id: "ModuleProgress" });
export type ModuleProgress = z.infer<typeof ModuleProgress>;

/** One round of work on one module of the plan. */
export const ModuleIteration = z
  .object({
    module: z.string().nullable().meta({ description: "null: what changed belongs to no module" }),
    iteration: z.number().int(),
    round: z.number().int(),
    commit: CommitSha,
    state: z.enum(["working", "iterated", "completed"]),
    ...moduleFigures,
    created_at: Timestamp,
  })
  .meta({ id: "ModuleIteration" });
export type ModuleIteration = z.infer<typeof ModuleIteration>;

/** What a person said to work that was going on. */
export const Intervention = z
  .object({
    number: z.number().int(),
    guidance: z.string(),
    actor: z.string(),
    created_at: Timestamp,
    delivered: z
      .enum(["steered", "next_round"])
      .nullable()
      .meta({ description: "steered into the running turn, given with a round's prompt, or not yet" }),
    delivered_at: Timestamp.nullable(),
  })
  .meta({ id: "Intervention" });
export type Intervention = z.infer<typeof Intervention>;

/** The answers to the questions a task begins with, read: goal, approach, technologies, libraries, docs. Null: not answered. */
export const Requirements = z
  .object({
    goal: z.string().nullable(),
    approach: z.string().nullable(),
    technologies: z.string().nullable(),
    libraries: z.array(z.object({ name: z.string(), features: z.array(z.string()) })),
    docs: z.string().nullable(),
  })
  .meta({ id: "Requirements" });
export type Requirements = z.infer<typeof Requirements>;

/** The status of a task in seed 3's words: a projection of `status`. */
export const WorkStatus = z.enum(["started", "in_progress", "completed", "failed", "stopped"]);
export type WorkStatus = z.infer<typeof WorkStatus>;

/** What seed 3 calls a status: queued is `started`, a wait is `in_progress`, cancelled is `stopped`. */
export function workStatusOf(status: TaskStatus): WorkStatus {
  switch (status) {
    case "queued":
      return "started";
    case "done":
    case "no_change":
      return "completed";
    case "failed":
    case "budget_exhausted":
      return "failed";
    case "cancelled":
      return "stopped";
    default:
      return "in_progress";
  }
}

/** Where a task is in its plan, in seed 3's fields. All null without a plan of modules, but the iteration. */
export const workFields = {
  task_id: z.string().meta({ description: "Same as id" }),
  work_status: WorkStatus.meta({ description: "The status in seed 3's words" }),
  plan: TaskPlan.nullable(),
  modules: z.array(ModuleProgress),
  current_module: z
    .string()
    .nullable()
    .meta({ description: "The module the newest round changed; null when unknown or over" }),
  iteration: z
    .number()
    .int()
    .nullable()
    .meta({ description: "Of the current module; without one, the newest round of work" }),
  modules_complete: z.number().int().nullable(),
  total_modules: z.number().int().nullable(),
  progress: Share.meta({ description: "modules_complete / total_modules" }),
  interventions: z.array(Intervention),
};
