import { z } from "zod";
import { Event, type EventType, eventTypes, StreamItem } from "./event.ts";
import type { Scope } from "./operation.ts";
import { ProjectKey } from "./project.ts";
import { RpcNotification } from "./rpc.ts";
import { PlanState, SessionId } from "./session.ts";
import { TaskId } from "./task.ts";
import { TaskSocketMessage } from "./task-socket.ts";
import { ThreadId } from "./thread.ts";
import { TaskStatus } from "./words.ts";

/** One live feed of the event log. Resumable: `Last-Event-ID` or `after_seq` names the last seq a client has. */
interface Stream {
  readonly summary: string;
  readonly path: `/${string}`;
  readonly transport: "sse" | "websocket";
  readonly scope: Scope;
  readonly params: z.ZodObject;
  /** What each frame carries. */
  readonly frame: z.ZodType;
}

const AfterSeq = z.number().int().min(0).optional();

/** What every frame of a named feed carries: the event and the seq before it in the same feed. */
export const EventFrame = z
  .object({
    prev_seq: z
      .number()
      .int()
      .meta({ description: "seq of the frame before in this feed, or the cursor it started from" }),
    event: Event,
  })
  .meta({ id: "EventFrame" });
export type EventFrame = z.infer<typeof EventFrame>;

const EventTypes = z
  .array(z.enum(eventTypes as unknown as [EventType, ...EventType[]]))
  .min(1)
  .max(50)
  .optional();

/** What a client may send on /ws/events. */
export const WsClientMessage = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("subscribe"),
    id: z.string().min(1).max(100),
    topic: z.string().min(1).max(2000),
    after_seq: z
      .union([z.number().int().min(0), z.literal("oldest")])
      .optional()
      .meta({
        description:
          "The last seq the client has, or `oldest`: everything that is kept. From now on unless told, a log from the oldest",
      }),
    types: EventTypes.meta({ description: "Only these types of the topic's events" }),
  }),
  z.strictObject({ type: z.literal("unsubscribe"), id: z.string().min(1).max(100) }),
  z.strictObject({ type: z.literal("ping") }),
]);
export type WsClientMessage = z.infer<typeof WsClientMessage>;

/** What the server sends on /ws/events. Topics: `all`, `state` (everything but what agents say word by word), `task:<id>`, `thread:<id>`, `project:<id>`, `type:<event type>[,<event type>…]`, and `log:<task id>`, whose events come as lines of text until the task ends. */
export const WsServerMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("subscribed"), id: z.string(), topic: z.string(), head_seq: z.number().int() }),
  z.object({ type: z.literal("unsubscribed"), id: z.string() }),
  z.object({ type: z.literal("event"), id: z.string(), prev_seq: z.number().int(), event: Event }),
  z.object({ type: z.literal("lines"), id: z.string(), seq: z.number().int(), lines: z.array(z.string()) }),
  z.object({ type: z.literal("ended"), id: z.string(), status: TaskStatus }),
  z.object({
    type: z.literal("resync_required"),
    id: z.string(),
    oldest_seq: z.number().int(),
    head_seq: z.number().int(),
  }),
  z.object({ type: z.literal("pong") }),
  z.object({ type: z.literal("error"), id: z.string().nullable(), code: z.string(), message: z.string() }),
]);
export type WsServerMessage = z.infer<typeof WsServerMessage>;

/** Every live feed. */
export const streams = {
  task: {
    summary:
      "One task, live: unnamed data frames of StreamItem; a finished task is replayed and ends with done",
    path: "/tasks/{task_id}/stream",
    transport: "sse",
    scope: "read",
    params: z.strictObject({ task_id: TaskId, after_seq: AfterSeq }),
    frame: StreamItem,
  },
  task_logs: {
    summary:
      "One task as lines of text: `data: [LEVEL] text`; a finished task is replayed and ends with a frame named done",
    path: "/tasks/{task_id}/logs/stream",
    transport: "sse",
    scope: "read",
    params: z.strictObject({ task_id: TaskId, after_seq: AfterSeq }),
    frame: z.string(),
  },
  session_plan: {
    summary:
      "The planner state of a conversation: frames named plan, the first at once, then one after every change",
    path: "/api/sessions/{session_id}/plan/stream",
    transport: "sse",
    scope: "read",
    params: z.strictObject({ session_id: SessionId, after_seq: AfterSeq }),
    frame: PlanState.nullable(),
  },
  thread: {
    summary:
      "One thread, live, from its oldest event that is kept: frames named by event type; ends with thread.deleted",
    path: "/threads/{thread_id}/stream",
    transport: "sse",
    scope: "read",
    params: z.strictObject({ thread_id: ThreadId, after_seq: AfterSeq }),
    frame: EventFrame,
  },
  events: {
    summary: "The event log, live: frames named by event type",
    path: "/events",
    transport: "sse",
    scope: "read",
    params: z.strictObject({
      after_seq: AfterSeq,
      task_id: TaskId.optional(),
      thread_id: ThreadId.optional(),
      project_id: ProjectKey.optional(),
      type: z
        .array(z.enum(eventTypes as unknown as [string, ...string[]]))
        .max(50)
        .optional(),
    }),
    frame: EventFrame,
  },
  ws_events: {
    summary: "The event log by topics over one WebSocket",
    path: "/ws/events",
    transport: "websocket",
    scope: "read",
    params: z.strictObject({}),
    frame: WsServerMessage,
  },
  rpc: {
    summary: "JSON-RPC 2.0 over one WebSocket: every operation, and notifications of what happens",
    path: "/ws",
    transport: "websocket",
    scope: "read",
    params: z.strictObject({}),
    frame: RpcNotification,
  },
  ws_task: {
    summary:
      'One task over a WebSocket, replayed and live; takes {"type": "INTERVENTION", "guidance": …} from the client',
    path: "/ws/{task_id}",
    transport: "websocket",
    scope: "read",
    params: z.strictObject({ task_id: TaskId, after_seq: AfterSeq }),
    frame: TaskSocketMessage,
  },
} as const satisfies Record<string, Stream>;

export type StreamName = keyof typeof streams;
