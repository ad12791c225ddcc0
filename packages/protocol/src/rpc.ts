import { z } from "zod";
import { Event as EventSchema, type EventType, eventData, eventTypes } from "./event.ts";
import { ProjectKey } from "./project.ts";
import { TaskId } from "./task.ts";
import { ThreadId } from "./thread.ts";
import { Timestamp } from "./words.ts";

/** Where JSON-RPC 2.0 is answered over HTTP: one message or a batch in a POST. */
export const rpcPath = "/rpc";

/** How much of it is taken at once. */
export const rpcLimits = {
  /** Calls in one batch. */
  batch: 100,
  /** Calls of one connection that may be without their answer: a whole batch, and a few beside it. */
  inFlight: 128,
  /** Bytes of a message over a socket or on standard input. */
  messageBytes: 1024 * 1024,
  /** Characters that may wait for a client before nothing more is read from it. */
  unreadChars: 1024 * 1024,
  /** How long a client on standard output may take to read a message before the connection ends (milliseconds). */
  unreadMs: 60_000,
} as const;

/** A method of the connection itself; every other method is an operation by its own name. */
interface RpcMethod {
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly result: z.ZodType;
}

const ClientInfo = z.object({
  name: z.string().max(200),
  title: z.string().max(200).nullish(),
  version: z.string().max(200).nullish(),
});

const OptOut = z.array(z.string().max(200)).max(200).nullish();

/** What a client can and wants; the words it uses beyond these are its own and mean nothing here. */
const ClientCapabilities = z.object({
  notifications: z
    .boolean()
    .nullish()
    .meta({ description: "False: none until events/subscribe. True unless told" }),
  opt_out_notification_methods: OptOut.meta({ description: "Notifications this connection is not sent" }),
  optOutNotificationMethods: OptOut,
});

const Seq = z.number().int().min(0);

/** The methods of a connection. Their names, like those of operations, may be written with _ in place of /. */
export const rpcMethods = {
  initialize: {
    summary: "Begins a connection: who the client is and what it wants to be told",
    params: z.strictObject({
      client_info: ClientInfo.nullish(),
      clientInfo: ClientInfo.nullish(),
      protocol_version: z.union([z.string().max(100), z.number()]).nullish(),
      protocolVersion: z.union([z.string().max(100), z.number()]).nullish(),
      capabilities: ClientCapabilities.nullish(),
    }),
    result: z.object({
      name: z.literal("harness"),
      version: z.string(),
      capabilities: z
        .record(z.string(), z.boolean())
        .meta({ description: "Which groups of methods this version has" }),
    }),
  },
  initialized: {
    summary: "Says that the client is ready: from here on every method works and notifications come",
    params: z.strictObject({}),
    result: z.object({}),
  },
  "events/subscribe": {
    summary:
      "Chooses what this connection is told of, in place of what it was told of before; after a cut, after_seq resumes without a gap",
    params: z.strictObject({
      after_seq: Seq.optional().meta({
        description: "The last seq the client has; from now on unless told",
      }),
      project_id: ProjectKey.optional(),
      task_id: TaskId.optional(),
      thread_id: ThreadId.optional(),
      types: z
        .array(z.enum(eventTypes as unknown as [EventType, ...EventType[]]))
        .max(100)
        .optional(),
    }),
    result: z.object({
      subscribed: z.boolean().meta({
        description:
          "False when the events after after_seq are gone: resync_required follows, and what was subscribed before goes on",
      }),
      after_seq: Seq.nullable().meta({ description: "Everything after this seq is told" }),
      head_seq: Seq,
    }),
  },
  "events/unsubscribe": {
    summary: "Ends the notifications of this connection",
    params: z.strictObject({}),
    result: z.object({ subscribed: z.literal(false) }),
  },
} as const satisfies Record<string, RpcMethod>;

export type RpcMethodName = keyof typeof rpcMethods;

/** One kind of notification. */
interface RpcNotificationRow {
  readonly summary: string;
  /** The events it tells of; they are not sent as `event`. */
  readonly events: readonly EventType[];
  readonly params: () => z.ZodObject;
}

const place = {
  seq: Seq,
  prev_seq: Seq.meta({ description: "seq of the notification before, or the cursor the feed started from" }),
};
const scope = {
  ...place,
  at: Timestamp,
  project_id: z.string().nullable(),
  task_id: z.string().nullable(),
  thread_id: z.string().nullable(),
  turn_id: z.string().nullable(),
};

/** What an event carries, and what it is about. */
function of(type: EventType): z.ZodObject {
  return about(eventData[type].shape);
}

function about(shape: z.ZodRawShape): z.ZodObject {
  return z.object({ ...scope, ...shape });
}

/**
 * What a connection is told without asking (CONTRACT.md 1.3): a projection of the event log. An event that has no
 * kind of its own is an `event`.
 */
export const rpcNotifications = {
  "turn/started": {
    summary: "An agent began a turn",
    events: ["turn.started"],
    params: () => of("turn.started"),
  },
  "turn/completed": {
    summary: "A turn ended, well or not",
    events: ["turn.ended"],
    params: () =>
      about({
        status: eventData["turn.ended"].shape.status,
        failure: eventData["turn.ended"].shape.failure,
        token_usage: eventData["turn.ended"].shape.usage,
        commit: eventData["turn.ended"].shape.commit,
      }),
  },
  "item/started": {
    summary: "Something began in a turn: a command, a tool call",
    events: ["item.started"],
    params: () => of("item.started"),
  },
  "item/completed": {
    summary: "Something happened in a turn",
    events: ["item.completed"],
    params: () => of("item.completed"),
  },
  "message/delta": {
    summary: "More text of a message that is being written",
    events: ["message.delta"],
    params: () => of("message.delta"),
  },
  "tool/output_delta": {
    summary: "More output of a command or tool",
    events: ["tool.output_delta"],
    params: () => of("tool.output_delta"),
  },
  "token_usage/updated": {
    summary: "What a turn has cost so far",
    events: ["usage.updated"],
    params: () => of("usage.updated"),
  },
  "thread/status_changed": {
    summary: "A thread became idle or active, or waits for a person",
    events: ["thread.status_changed"],
    params: () => of("thread.status_changed"),
  },
  "turn/approval_request": {
    summary: "A turn asks a person; answer with turn/respond_approval or approval/respond",
    events: ["approval.requested"],
    params: () =>
      about({
        request_id: z.string(),
        command: z.string().nullable(),
        approval: eventData["approval.requested"].shape.approval,
      }),
  },
  warning: {
    summary: "Something in a turn a person should know",
    events: ["turn.warning"],
    params: () => of("turn.warning"),
  },
  event: {
    summary: "Any other event of the log",
    events: [],
    params: () => z.object({ ...place, event: EventSchema }),
  },
  resync_required: {
    summary: "The events after the cursor are gone: read the state anew and subscribe from head_seq",
    events: [],
    params: () => z.object({ oldest_seq: Seq, head_seq: Seq }),
  },
} as const satisfies Record<string, RpcNotificationRow>;

export type RpcNotificationName = keyof typeof rpcNotifications;

/** A message of the server without an id: nothing is answered to it. */
export const RpcNotification = z
  .object({
    jsonrpc: z.literal("2.0"),
    method: z.enum(Object.keys(rpcNotifications) as [RpcNotificationName, ...RpcNotificationName[]]),
    params: z.record(z.string(), z.unknown()).meta({ description: "By method; see the page of JSON-RPC" }),
  })
  .meta({ id: "RpcNotification" });
export type RpcNotification = z.infer<typeof RpcNotification>;

/** The notification that tells of an event. */
export function eventMethod(type: EventType): RpcNotificationName {
  for (const [name, row] of Object.entries<RpcNotificationRow>(rpcNotifications))
    if (row.events.includes(type)) return name as RpcNotificationName;
  return "event";
}
