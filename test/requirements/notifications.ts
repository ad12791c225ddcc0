import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  [
    "notify.channels",
    "Desktop, webhook, URL and command notifications for done, needs you, broken, over budget.",
    "done",
  ],
  [
    "notify.quiet",
    "Notifications are batched and keep quiet hours, by the wall clock of a time zone.",
    "done",
  ],
  ["notify.kinds", "One table decides for every type of event what a person is told of it.", "done"],
  [
    "notify.once",
    "A channel is told once of the same thing, and not at all of what was handled before it was told.",
    "done",
  ],
  [
    "notify.batched",
    "What happens within the pause is one message: twenty things at most, the most pressing first, and how many more.",
    "done",
  ],
  ["notify.links", "Every notification carries its link and the command to type.", "done"],
  [
    "notify.right-person",
    "A channel is told of its kinds and projects only; what is of no project concerns every channel.",
    "done",
  ],
  [
    "notify.durable",
    "A crash or a stop at any point loses no notification and makes none twice; a message that was sent before a crash is repeated under its id. The past before a first channel is not told.",
    "done",
  ],
  [
    "notify.retry",
    "A failed message is repeated as it was after 1 min, doubling to 1 h, 8 times, or when the receiver says; it touches no task.",
    "done",
  ],
  [
    "notify.webhook",
    "A webhook gets JSON with an idempotency key, signed with HMAC SHA-256 when it has a secret.",
    "done",
  ],
  [
    "notify.ntfy",
    "ntfy gets title, priority, tags and link as headers, and a text within its limit.",
    "done",
  ],
  [
    "notify.command",
    "A command gets the message on standard input, no shell, an allow-list of variables and 30 seconds.",
    "done",
  ],
  [
    "notify.desktop",
    "Desktop notifications pass texts as arguments; nothing in them is interpreted.",
    "done",
  ],
  [
    "notify.ssrf",
    "Only http and https addresses of the operator; no redirect, no link-local address, bounded time and answer.",
    "done",
  ],
  [
    "notify.harmless",
    "Texts of agents are told as bounded lines without control and direction characters.",
    "done",
  ],
  [
    "notify.secrets",
    "Addresses and tokens of channels, and other secrets, are in no message, event, list or log.",
    "done",
  ],
  [
    "notify.operator-only",
    "Channels come from the operator's configuration, never from a project's own file.",
    "done",
  ],
  ["notify.list", "Notifications can be listed and narrowed.", "done"],
  ["notify.test", "A test message says whether it arrived, or the exact error.", "done"],
  ["notify.doctor", "The doctor shows every channel and whether it can be used.", "done"],
];

/** What issue 3 promises of notifications. */
export const notificationsRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 3",
  promise,
  state,
}));
