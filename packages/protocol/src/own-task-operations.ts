import { z } from "zod";
import { operation } from "./operation.ts";
import { StageName, TaskStatus } from "./words.ts";

/** What an agent may do with the token of its turn: look at its own task, say how far it is, and ask. Nothing else. */
export const ownTaskOperations = {
  "own_task/get": operation({
    summary: "The task this agent works on",
    http: ["GET /own-task"],
    scope: "task",
    mcp: true,
    guide: "Call it when you want to read your task again.",
    params: () => z.strictObject({}),
    result: () =>
      z.object({
        task_id: z.string(),
        title: z.string(),
        prompt: z.string().nullable(),
        status: TaskStatus,
        stage: StageName.nullable(),
        attempt_id: z.string(),
        turn_id: z.string(),
      }),
    errors: ["turn_not_running"],
  }),
  "own_task/report": operation({
    summary: "Tell how far the work is",
    http: ["POST /own-task/reports"],
    status: 204,
    scope: "task",
    mcp: true,
    guide: "Whoever follows the task sees it at once. It is your claim; nothing is decided by it.",
    params: () =>
      z.strictObject({
        text: z.string().trim().min(1).max(2000).meta({ description: "What is done and what comes next" }),
      }),
    result: () => z.null(),
    errors: ["turn_not_running"],
  }),
  "own_task/ask": operation({
    summary: "Ask a person something the work depends on",
    http: ["POST /own-task/questions"],
    scope: "task",
    mcp: true,
    guide:
      "The answer is null while nobody has answered: ask the same again, and you get it once it is there.",
    params: () =>
      z.strictObject({
        question: z.string().trim().min(1).max(4096),
        options: z.array(z.string().min(1).max(1000)).max(20).optional().meta({
          description: "Answers to choose from; a person may give another",
        }),
        wait_secs: z.number().int().min(0).max(50).optional().meta({
          description: "How long to wait for the answer; 20 unless told",
        }),
      }),
    result: () => z.object({ answer: z.string().nullable() }),
    errors: ["turn_not_running"],
  }),
} as const;
