import { z } from "zod";

/** How a template is called within its project. */
export const TemplateName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    "expected letters, digits and . _ -, starting with a letter or digit",
  );

/** What a template fills in; a field of the task itself wins. */
export const templateFields = {
  prompt: z.string().min(1).max(65_536).meta({
    description:
      "Text around the task: {{prompt}} and {{title}} stand for the task's own; without {{prompt}} it is added at the end",
  }),
  agent: z.string().min(1).max(100).optional(),
  model: z.string().min(1).max(200).optional(),
  reviewer: z.string().min(1).max(100).optional(),
  priority: z.number().int().min(0).max(2).optional(),
  labels: z.array(z.string().min(1).max(100)).max(50).optional(),
  max_budget_usd: z.number().positive().max(1_000_000).optional(),
  max_tokens: z.number().int().min(1).max(1_000_000_000_000).optional(),
  max_turns: z.number().int().min(1).max(1000).optional(),
  max_attempts: z.number().int().min(1).max(100).optional(),
  max_rounds: z.number().int().min(1).max(20).optional(),
  turn_timeout_secs: z.number().int().min(1).max(86_400).optional(),
  max_wall_secs: z.number().int().min(1).max(31_536_000).optional(),
  no_progress_turns: z.number().int().min(1).max(100).optional(),
  same_failure_times: z.number().int().min(2).max(100).optional(),
  max_wait_secs: z.number().int().min(1).max(31_536_000).optional(),
};

/** A named way to ask for work in a project: a text around the prompt, who does it, and its limits. */
export const TaskTemplate = z.strictObject(templateFields).meta({ id: "TaskTemplate" });
export type TaskTemplate = z.infer<typeof TaskTemplate>;

/** Templates a project may have. */
export const MOST_TEMPLATES = 50;

/** The templates of a project by name. */
export const Templates = z
  .record(TemplateName, TaskTemplate)
  .refine((all) => Object.keys(all).length <= MOST_TEMPLATES, `at most ${MOST_TEMPLATES} templates`);
export type Templates = z.infer<typeof Templates>;
