import { z } from "zod";
import { operation } from "./operation.ts";
import { TaskId } from "./task.ts";
import { Intervention, ModuleProgress, WorkStatus } from "./task-plan.ts";
import { CommitSha, TaskStatus } from "./words.ts";

/** Bytes of one file, of all files of an answer, and files of an answer, that `task/results` shows. */
export const resultCaps = { file_bytes: 65_536, total_bytes: 2_097_152, files: 200 } as const;

const ResultFile = z.object({
  path: z.string(),
  kind: z.enum(["code", "test"]),
  status: z.string(),
  shown: z
    .enum(["whole", "cut", "deleted", "binary", "left_out"])
    .meta({ description: "How much of it is in code or tests" }),
});

const ResultModule = z
  .object({
    name: z.string().nullable().meta({ description: "null: changed files that belong to no module" }),
    description: z.string(),
    status: ModuleProgress.shape.status.nullable(),
    iterations: z.number().int().nullable(),
    code: z
      .string()
      .nullable()
      .meta({ description: "Contents at the commit; each of several files begins with ==> path <==" }),
    tests: z.string().nullable(),
    test_pass_rate: ModuleProgress.shape.test_pass_rate,
    quality_score: ModuleProgress.shape.quality_score,
    files: z.array(ResultFile),
  })
  .meta({ id: "ResultModule" });

/** Seed 3's view of a task's work, and its way to say something to work that goes on. */
export const workOperations = {
  "task/intervene": operation({
    summary: "Say something to work that goes on: steers the running turn, else the next round hears it",
    http: ["POST /tasks/{task_id}/interventions"],
    status: 202,
    scope: "submit",
    mcp: true,
    cli: "task intervene",
    params: () => z.strictObject({ task_id: TaskId, guidance: z.string().trim().min(1).max(65_536) }),
    result: () => z.object({ task_id: z.string(), status: TaskStatus, intervention: Intervention }),
    errors: ["task_not_found", "illegal_transition"],
  }),
  "task/results": operation({
    summary: `What a task made, by module: contents at its newest commit, at most ${resultCaps.files} files of ${resultCaps.file_bytes} bytes and ${resultCaps.total_bytes} bytes in all`,
    http: ["GET /tasks/{task_id}/results"],
    scope: "read",
    mcp: true,
    cli: "task results",
    params: () => z.strictObject({ task_id: TaskId }),
    result: () =>
      z.object({
        task_id: z.string(),
        status: TaskStatus,
        work_status: WorkStatus,
        commit: CommitSha.nullable(),
        modules: z.array(ResultModule),
      }),
    errors: ["task_not_found", "task_discarded", "git_failed"],
  }),
} as const;
