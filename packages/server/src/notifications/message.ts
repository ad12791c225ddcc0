import type { Notification, NotificationKind, NotificationMessage } from "@harness/protocol";
import { plainLine } from "./text.ts";

/** What is sent over a channel at once. */
export type Message = Omit<NotificationMessage, "channel" | "sent_at">;

/** Notifications a message lists; of the rest it says how many there are. */
const MOST_ITEMS = 20;
const TITLE_CHARS = 120;

/** What each kind is called, the most pressing first. */
const words: Readonly<Record<NotificationKind, string>> = {
  needs_you: "needs you",
  broken: "broken",
  over_budget: "over budget",
  done: "done",
  report: "report",
};
const order = Object.keys(words) as NotificationKind[];

/** Kinds somebody should look at before the morning. */
export function isPressing(message: Pick<Message, "counts">): boolean {
  return (["needs_you", "broken", "over_budget"] as const).some((kind) => (message.counts[kind] ?? 0) > 0);
}

/** Makes one message of several notifications: the most pressing first, each with its command and its link. */
export function composeMessage(
  id: string,
  notifications: readonly Notification[],
  linkBase: string,
): Message {
  const sorted = notifications.toSorted(
    (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.id < b.id ? -1 : 1),
  );
  const listed = sorted.slice(0, MOST_ITEMS);
  const more = sorted.length - listed.length;
  const only = sorted.length === 1 ? sorted[0] : undefined;
  const counts = Object.fromEntries(
    [...Map.groupBy(sorted, ({ kind }) => kind)].map(([kind, all]) => [kind, all.length]),
  );
  const summary = order
    .flatMap((kind) => (counts[kind] ? [`${counts[kind]} ${words[kind]}`] : []))
    .join(", ");
  return {
    type: "harness.notification",
    id,
    title: plainLine(only ? subject(only) : `Harness: ${summary}`, TITLE_CHARS),
    text: [
      ...listed.map((one) => textOf(one, only !== undefined)),
      ...(more > 0 ? [`and ${more} more`] : []),
    ].join("\n"),
    link: only?.link ?? `${linkBase}/`,
    counts,
    items: listed.map(itemOf),
    more,
  };
}

/** The message that shows whether a channel works. */
export function testMessage(id: string, channel: string, linkBase: string): Message {
  return {
    type: "harness.test",
    id,
    title: "Harness: test message",
    text: `The channel ${channel} works.`,
    link: `${linkBase}/`,
    counts: {},
    items: [],
    more: 0,
  };
}

function textOf(one: Notification, alone: boolean): string {
  const { body, commands, link } = one;
  const head = alone ? body : `${subject(one)}: ${body}`;
  return [head, ...commands.slice(0, 1).map((command) => `  ${command}`), `  ${link}`].join("\n");
}

function itemOf(one: Notification): Message["items"][number] {
  const { id, kind, title, body, project_id, project, task_id, link, commands, created_at } = one;
  return { id, kind, title, body, project_id, project, task_id, link, commands, created_at };
}

/** What it is about and in which project. */
function subject({ kind, title, project }: Notification): string {
  return `${capital(words[kind])}: ${title}${project === null ? "" : ` (${project})`}`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
