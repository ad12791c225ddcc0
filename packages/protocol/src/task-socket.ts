import { z } from "zod";
import { Requirements } from "./task-plan.ts";
import { BlockReason, CommitSha, TaskStatus, Timestamp } from "./words.ts";

const Figure = z.number().nullable();

/** What each type of message on `/ws/{task_id}` carries in `data`. */
const socketData = {
  TASK_STARTED: z.object({ goal: z.string(), attempt: z.number().int() }),
  REQUIREMENTS_COMPLETE: Requirements,
  PLANNING_STARTED: z.object({}),
  PLANNING_COMPLETE: z.object({
    modules: z.array(z.string()),
    module_count: z.number().int(),
    estimated_iterations: z.number().int().nullable(),
  }),
  GENERATION_STARTED: z.object({ round: z.number().int() }),
  GENERATION_COMPLETE: z.object({ commit: CommitSha, files: z.number().int() }),
  MODULE_STARTED: z.object({ module: z.string() }),
  MODULE_ITERATION: z.object({
    module: z.string().nullable(),
    iteration: z.number().int(),
    test_pass_rate: Figure,
    quality_score: Figure,
  }),
  TEST_PASSED: z.object({ name: z.string(), commit: CommitSha, test_count: z.number().int().nullable() }),
  MODULE_COMPLETE: z.object({
    module: z.string(),
    iterations: z.number().int(),
    test_pass_rate: Figure,
    quality_score: Figure,
  }),
  TASK_WAITING: z.object({ block_reason: BlockReason }),
  INTERVENTION: z.object({ number: z.number().int(), guidance: z.string() }),
  INTERVENTION_DELIVERED: z.object({
    number: z.number().int(),
    delivered: z.enum(["steered", "next_round"]),
  }),
  TASK_COMPLETE: z.object({
    status: TaskStatus,
    total_time: z.string().nullable(),
    total_time_ms: z.number().int().nullable(),
    modules_generated: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Modules of the plan that are complete; null without a plan" }),
  }),
  TASK_FAILED: z.object({ status: TaskStatus, error: z.string() }),
  ERROR: z.object({ code: z.string(), message: z.string() }),
} as const satisfies Record<string, z.ZodType>;

export type TaskSocketType = keyof typeof socketData;

/** A message of one type, before its envelope. */
export type TaskSocketBody = {
  [T in TaskSocketType]: { readonly type: T; readonly data: z.input<(typeof socketData)[T]> };
}[TaskSocketType];

function messageOf<T extends TaskSocketType>(type: T) {
  return z.object({
    type: z.literal(type),
    task_id: z.string(),
    timestamp: Timestamp,
    seq: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Of the event it tells; null for an answer to what the client sent" }),
    data: socketData[type],
  });
}

const messages = (Object.keys(socketData) as TaskSocketType[]).map((type) => messageOf(type));

/** What the server sends on `/ws/{task_id}`: seed 3's envelope, with the seq to resume from. */
export const TaskSocketMessage = z
  .discriminatedUnion("type", messages as unknown as [ReturnType<typeof messageOf>])
  .meta({ id: "TaskSocketMessage" });
export type TaskSocketMessage = TaskSocketBody & {
  readonly task_id: string;
  readonly timestamp: string;
  readonly seq: number | null;
};

/** What a client may send on `/ws/{task_id}`. */
export const TaskSocketInput = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("INTERVENTION"), guidance: z.string().trim().min(1).max(65_536) }),
]);
export type TaskSocketInput = z.infer<typeof TaskSocketInput>;
