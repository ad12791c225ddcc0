import { notificationKinds } from "@harness/protocol";
import { z } from "zod";
import { commandList } from "./command.ts";
import { key } from "./key.ts";
import { literalOf, secretOr } from "./secret-source.ts";
import { httpUrl, integer, line, structure, type ValueType } from "./value-type.ts";

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    "expected letters, digits and . _ -, starting with a letter or digit",
  );
const kinds = z.array(z.enum(notificationKinds)).min(1).max(notificationKinds.length);

/** What every channel has: what it is asked about, whose projects, and when it stays silent. */
const common = {
  name,
  kinds: kinds.optional(),
  projects: z.array(name).min(1).max(100).optional(),
  quiet_hours: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'expected two times such as "22:00-07:00"')
    .refine((text) => text.slice(0, 5) !== text.slice(6), "expected two different times")
    .optional(),
  urgent: kinds.optional(),
};
const address = secretOr(
  line(2000).refine(
    (value) => httpUrl.schema.safeParse(value).success,
    "expected an http:// or https:// address without a login in it",
  ),
);
/** Shorter ones could not be told from ordinary text, and so not be kept out of logs. */
const secret = secretOr(line(512).min(8, "expected at least 8 characters"));

/** One `[[notify.channels]]` table. */
const channelShape = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("desktop"), ...common }),
  z.strictObject({ type: z.literal("webhook"), ...common, url: address, token: secret.optional() }),
  z.strictObject({ type: z.literal("ntfy"), ...common, url: address, token: secret.optional() }),
  z.strictObject({ type: z.literal("command"), ...common, argv: commandList.element }),
]);
/** A way to tell a person something, as the operator configured it. */
export type NotificationChannel = z.infer<typeof channelShape>;

const channels = z
  .array(channelShape)
  .max(50)
  .superRefine((all, context) => {
    for (const [at, one] of all.entries())
      if (all.findIndex((other) => other.name === one.name) < at)
        context.addIssue({
          code: "custom",
          path: [at, "name"],
          message: "is the name of another channel too",
        });
  });

const timeZone: ValueType<string> = {
  schema: line(100).refine(isTimeZone),
  expected: 'a time zone such as "Europe/Berlin"',
  kind: "plain",
  fromText: (text) => text,
};

/** Settings of what tells people: whom, of what, and when. */
export const notifyKeys = {
  "notify.channels": key(
    structure(
      channels,
      '[[notify.channels]] tables with name and type ("desktop", "webhook", "ntfy" or "command")',
    ),
    [],
    "Whom to tell. Each has a `name` and a `type`: `desktop`; `webhook` or `ntfy` with `url` and perhaps `token` (signs a webhook, logs in to ntfy); `command` with `argv`, which gets the message as JSON on standard input. `kinds` (done, needs_you, broken, over_budget, report) and `projects` narrow what it is told, `quiet_hours` (`22:00-07:00`) hold it back, `urgent` kinds pass them. Secret as a whole, because addresses often are.",
    { secret: true },
  ),
  "notify.batch_secs": key(
    integer(0, 86_400, "seconds"),
    60,
    "How long a notification waits for others, to be told with them in one message.",
  ),
  "notify.timezone": key(timeZone, null, "Time zone of quiet hours; unset means the machine's."),
  "notify.link_base": key(
    httpUrl,
    null,
    "Address that links in notifications begin with; unset means the server's own.",
  ),
} as const;

/** The secrets of the channels: their addresses and tokens. */
export function channelSecrets(
  channels: readonly NotificationChannel[],
): { readonly label: string; readonly value: string }[] {
  return channels.flatMap((channel) =>
    "url" in channel
      ? [channel.url, channel.token]
          .flatMap((source) => literalOf(source))
          .map((value) => ({ label: `notify.channels.${channel.name}`, value }))
      : [],
  );
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
