import { createHmac } from "node:crypto";
import type { NotificationMessage } from "@harness/protocol";
import type { NotificationChannel } from "../config/index.ts";
import type { Answer } from "../outbound/index.ts";
import { headerValue, type SecretForm } from "../secrets/index.ts";
import { isPressing, type Message } from "./message.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { ChannelState, Delivery, Sender, SenderDeps } from "./sender.ts";
import { linesWithin, plainLine } from "./text.ts";

type WebChannel = Extract<NotificationChannel, { type: "webhook" | "ntfy" }>;

/** ntfy makes an attachment of a longer body (docs.ntfy.sh/publish, 4,096 bytes). */
const NTFY_BYTES = 3900;
const DETAIL_CHARS = 200;

/** The JSON a webhook gets in its body and a command on its standard input. */
export function messageJson(message: Message, channel: string, now: number): string {
  const { type, id, ...rest } = message;
  const sent_at = new Date(now).toISOString();
  return JSON.stringify({ type, id, channel, sent_at, ...rest } satisfies NotificationMessage);
}

/** Posts messages as JSON. With a token, `X-Harness-Signature-256` proves them: `sha256=` and the HMAC of the body. */
export function webhookSender(channel: WebChannel, deps: SenderDeps): Sender {
  return {
    async send(message, signal) {
      const body = messageJson(message, channel.name, deps.clock.now());
      const headers: Record<string, string> = {
        "Content-Type": "application/json",
        "Idempotency-Key": message.id,
      };
      const { url, token } = await placeOf(channel, deps);
      if (token !== undefined)
        headers["X-Harness-Signature-256"] =
          `sha256=${createHmac("sha256", token).update(body).digest("hex")}`;
      return delivery(url, await deps.outbound.post({ url, headers, body }, signal), deps);
    },
    look: () => look(channel, deps),
  };
}

/** Publishes messages to a topic of ntfy: title, priority, tags and link in headers, the text in the body. */
export function ntfySender(channel: WebChannel, deps: SenderDeps): Sender {
  return {
    async send(message, signal) {
      const headers: Record<string, string> = {
        "Content-Type": "text/plain; charset=utf-8",
        Title: encodedWord(message.title),
        Priority: isPressing(message) ? "high" : "default",
        Tags: tagsOf(message),
        Click: message.link,
        "Idempotency-Key": message.id,
      };
      const { url, token } = await placeOf(channel, deps, headerValue);
      if (token !== undefined) headers["Authorization"] = `Bearer ${token}`;
      const body = linesWithin(message.text, NTFY_BYTES);
      return delivery(url, await deps.outbound.post({ url, headers, body }, signal), deps);
    },
    look: () => look(channel, deps),
  };
}

const tags = {
  needs_you: "raising_hand",
  broken: "rotating_light",
  over_budget: "moneybag",
  done: "white_check_mark",
  report: "memo",
} as const;

function tagsOf({ counts, type }: Message): string {
  if (type === "harness.test") return "test_tube";
  return Object.entries(tags)
    .flatMap(([kind, tag]) => (kind in counts ? [tag] : []))
    .join(",");
}

/** A header holds ASCII only; other text is written as RFC 2047 says, which ntfy reads. */
function encodedWord(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
}

/** Where a channel leads and what proves or logs in its messages, read now. */
async function placeOf(
  { name, url, token }: WebChannel,
  { secrets }: SenderDeps,
  form?: SecretForm,
): Promise<{ url: string; token: string | undefined }> {
  const label = `notify.channels.${name}`;
  return {
    url: await secrets.read(label, url, webAddress),
    token: token === undefined ? undefined : await secrets.read(label, token, form),
  };
}

const webAddress: SecretForm = {
  test: (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
  expected: "an http:// or https:// address",
};

function delivery(url: string, answer: Answer, deps: SenderDeps): Delivery {
  const { host } = new URL(url);
  if (answer.status === null) return { ok: false, error: `${host}: ${answer.error}` };
  if (answer.status >= 200 && answer.status < 300) return { ok: true };
  const redirect = answer.status >= 300 && answer.status < 400 ? ", a redirect, which is not followed" : "";
  const said = plainLine(deps.redact(answer.text), DETAIL_CHARS);
  return {
    ok: false,
    error: `${host} answered ${answer.status}${redirect}${said === "" ? "" : `: ${said}`}`,
    askedMs: retryAfterMs(answer.retryAfter, deps.clock.now()),
  };
}

async function look(channel: WebChannel, deps: SenderDeps): Promise<ChannelState> {
  const { type } = channel;
  const place = await placeOf(channel, deps).catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  if (typeof place === "string")
    return { ok: false, detail: place, fix: `Correct what the handle of ${channel.name} leads to.` };
  const url = new URL(place.url);
  const wrong = deps.outbound.refusal(url);
  if (wrong === undefined) return { ok: true, detail: `${type}, ${url.host}`, fix: null };
  return {
    ok: false,
    detail: `${type}, ${url.host}: ${wrong}`,
    fix: `Correct the address of ${channel.name}.`,
  };
}
