import { z } from "zod";
import { operation } from "./operation.ts";
import { Cursor, Limit, Page } from "./paging.ts";
import { Timestamp } from "./words.ts";

/** What a person may want to be told of: work that ended well, a wait only a person ends, a failure, a spent budget, a report. */
export const notificationKinds = ["done", "needs_you", "broken", "over_budget", "report"] as const;
export const NotificationKind = z.enum(notificationKinds);
export type NotificationKind = z.infer<typeof NotificationKind>;

/** Where a notification stands; a `dropped` one was no longer true, or its channel no longer there, before it was told. */
export const notificationStates = ["pending", "sent", "failed", "dropped"] as const;
export const NotificationState = z.enum(notificationStates);

/** Something a person should be told over one channel, once. */
export const Notification = z
  .object({
    id: z.string(),
    channel: z.string().meta({ description: "Name of the channel in the configuration" }),
    kind: NotificationKind,
    state: NotificationState,
    title: z.string(),
    body: z.string(),
    link: z.string().meta({ description: "Where to look at it" }),
    commands: z.array(z.string()).meta({ description: "What to type, the most likely first" }),
    project_id: z.string().nullable(),
    project: z.string().nullable().meta({ description: "Name of the project when it happened" }),
    task_id: z.string().nullable(),
    tries: z.number().int(),
    error: z.string().nullable().meta({ description: "Why the last try to deliver it failed" }),
    created_at: Timestamp,
    not_before: Timestamp.meta({ description: "When it is sent at the earliest; quiet hours come on top" }),
    sent_at: Timestamp.nullable(),
  })
  .meta({ id: "Notification" });
export type Notification = z.infer<typeof Notification>;

/** What a webhook gets in its body and a command on its standard input. */
export const NotificationMessage = z
  .object({
    type: z.enum(["harness.notification", "harness.test"]),
    id: z.string().meta({ description: "The same for every try: a message that comes again is this one" }),
    channel: z.string(),
    sent_at: Timestamp,
    title: z.string(),
    text: z.string().meta({ description: "Everything in plain lines, as ntfy and a desktop show it" }),
    link: z.string(),
    counts: z
      .partialRecord(NotificationKind, z.number().int())
      .meta({ description: "How many of each kind, of all" }),
    items: z.array(
      Notification.pick({
        id: true,
        kind: true,
        title: true,
        body: true,
        project_id: true,
        project: true,
        task_id: true,
        link: true,
        commands: true,
        created_at: true,
      }),
    ),
    more: z.number().int().meta({ description: "How many are not among the items" }),
  })
  .meta({ id: "NotificationMessage" });
export type NotificationMessage = z.infer<typeof NotificationMessage>;

/** What was told to whom, and whether telling works. */
export const notificationOperations = {
  "notification/list": operation({
    summary: "Notifications, newest first",
    http: ["GET /notifications"],
    scope: "read",
    mcp: false,
    cli: "notification list",
    params: () =>
      z.strictObject({
        state: NotificationState.optional(),
        kind: NotificationKind.optional(),
        channel: z.string().min(1).max(100).optional(),
        limit: Limit,
        cursor: Cursor,
      }),
    result: () => z.object({ data: z.array(Notification), page: Page }),
    errors: ["invalid_cursor"],
  }),
  "notification/test": operation({
    summary: "Send a test message now, over one channel or all, and say whether it arrived",
    http: ["POST /notifications/test"],
    scope: "operate",
    mcp: false,
    cli: "notification test",
    params: () => z.strictObject({ channel: z.string().min(1).max(100).optional() }),
    result: () =>
      z.object({
        results: z.array(z.object({ channel: z.string(), ok: z.boolean(), error: z.string().nullable() })),
      }),
    errors: ["channel_not_found"],
  }),
} as const;
