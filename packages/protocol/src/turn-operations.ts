import { z } from "zod";
import { ApprovalId } from "./approval.ts";
import { Item } from "./item.ts";
import { operation } from "./operation.ts";
import { ThreadId, Turn, TurnId } from "./thread.ts";
import { InputText } from "./thread-operations.ts";
import { TurnTelemetry } from "./turn-telemetry.ts";
import { ExecutionStrategyWord } from "./words.ts";

const onTurn = { turn_id: TurnId };

/** One request to an agent, and what a person can do while it runs. */
export const turnOperations = {
  "turn/start": operation({
    summary: "Say something to the agent of a thread",
    http: ["POST /threads/{thread_id}/turns"],
    status: 202,
    scope: "submit",
    mcp: false,
    cli: "thread say",
    idempotent: true,
    params: () =>
      z.strictObject({
        thread_id: ThreadId,
        input: InputText,
        when_busy: z
          .enum(["reject", "queue", "steer"])
          .optional()
          .meta({ description: "What happens while a turn runs; reject unless told" }),
        execution_strategy: ExecutionStrategyWord.optional().meta({
          description:
            "How this turn is answered, whatever the thread and the operator say: auto, grounded, deterministic or model",
        }),
        idempotency_key: z
          .string()
          .min(1)
          .max(255)
          .optional()
          .meta({ description: "Same as the Idempotency-Key header" }),
      }),
    result: () =>
      z.object({
        turn_id: z.string().nullable().meta({ description: "The turn that runs; null while it is queued" }),
        input_id: z.string().nullable(),
        outcome: z.enum(["started", "queued", "steered"]),
      }),
    errors: [
      "thread_not_found",
      "thread_busy",
      "thread_of_task",
      "turn_not_steerable",
      "queue_full",
      "draining",
      "idempotency_conflict",
      "invalid_idempotency_key",
    ],
  }),
  "turn/status": operation({
    summary: "How a turn stands",
    http: ["GET /turns/{turn_id}"],
    scope: "read",
    mcp: false,
    cli: "thread turn",
    params: () => z.strictObject(onTurn),
    result: () =>
      Turn.extend({
        items: z.array(Item).meta({ description: "Its finished items in order, at most 500" }),
        telemetry: TurnTelemetry.nullable().meta({
          description: "Null when no agent was asked in it, and while its agent works",
        }),
      }),
    errors: ["turn_not_found"],
  }),
  "turn/steer": operation({
    summary: "Give a running turn more words",
    http: ["POST /turns/{turn_id}/steer"],
    scope: "submit",
    mcp: false,
    cli: "thread steer",
    params: () => z.strictObject({ ...onTurn, instruction: InputText }),
    result: () => z.object({ steered: z.literal(true) }),
    errors: ["turn_not_found", "turn_not_running", "turn_not_steerable"],
  }),
  "turn/cancel": operation({
    summary: "Interrupt a turn; what it did so far is kept",
    http: ["POST /turns/{turn_id}/cancel"],
    scope: "submit",
    mcp: true,
    destructive: true,
    cli: "thread interrupt",
    params: () => z.strictObject(onTurn),
    result: () => z.object({ cancelled: z.literal(true) }),
    errors: ["turn_not_found", "turn_not_running"],
  }),
  "turn/respond_approval": operation({
    summary: "Answer a question of a turn, in the words of the agent protocol",
    http: ["POST /turns/{turn_id}/approvals/{request_id}"],
    scope: "operate",
    mcp: false,
    params: () =>
      z.strictObject({
        ...onTurn,
        request_id: ApprovalId,
        decision: z.strictObject({
          decision: z.enum(["accept", "reject"]),
          reason: z.string().min(1).max(2000).optional(),
        }),
      }),
    result: () => z.object({ responded: z.literal(true) }),
    errors: ["turn_not_found", "approval_not_found", "approval_decided"],
  }),
} as const;
