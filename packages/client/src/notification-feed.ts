import { errorCatalogue, HarnessError, RpcNotification, type rpcMethods } from "@harness/protocol";
import { z } from "zod";
import { goneEvents, readMessage } from "./problem.ts";
import { type Pause, sleep } from "./sleep.ts";
import { SocketTexts } from "./socket-texts.ts";
import type { Socket } from "./topics.ts";

/** What a connection is told of, and the last seq its reader has; from now on unless told. */
export type NotificationParams = z.input<(typeof rpcMethods)["events/subscribe"]["params"]>;

const codes = Object.keys(errorCatalogue) as [keyof typeof errorCatalogue];
/** An answer of the server; what its result holds depends on the call. */
const Answer = z.object({
  id: z.number(),
  result: z.looseObject({ subscribed: z.boolean().optional(), after_seq: z.number().nullish() }).optional(),
  error: z.object({ message: z.string(), data: z.looseObject({ code: z.enum(codes) }) }).optional(),
});
const Sent = z.union([RpcNotification, Answer]);
const Placed = z.looseObject({ seq: z.number() });

/** How the server closes a socket it will not have again, such as that of a token that is no longer valid. */
const REFUSED = 1008;

/**
 * The notifications of JSON-RPC on `/ws`, over one socket after another, each going on after the last one of the one
 * before.
 */
export async function* followNotifications(
  connect: () => Socket,
  { after_seq, ...filter }: NotificationParams,
  pause: Pause,
  signal: AbortSignal | undefined,
): AsyncGenerator<RpcNotification, void, undefined> {
  let lastSeq = after_seq;
  let stood = false;
  while (!signal?.aborted) {
    using texts = new SocketTexts(connect(), signal);
    greet(texts, { ...filter, ...(lastSeq === undefined ? {} : { after_seq: lastSeq }) }).catch(() => {});
    for await (const text of texts) {
      const message = readMessage("/ws", Sent, text);
      if ("id" in message) {
        const answer = accepted(message);
        if (answer?.subscribed === undefined) continue;
        stood = true;
        lastSeq ??= answer.after_seq ?? undefined;
      } else {
        pause.reset();
        lastSeq = Placed.parse(message.params).seq;
        yield message;
      }
    }
    if (signal?.aborted) return;
    const reason = texts.ended?.reason ?? "";
    if (texts.ended?.code === REFUSED)
      throw new HarnessError("unauthorized", `The socket was closed: ${reason}.`);
    if (!stood) throw new TypeError(`The socket was closed: ${reason}.`);
    await sleep(pause.next(), signal);
  }
}

/** Begins the connection and subscribes; the server takes the three in their order. */
async function greet(texts: SocketTexts, params: object): Promise<void> {
  const quiet = { capabilities: { notifications: false } };
  const calls = [
    { id: 1, method: "initialize", params: quiet },
    { method: "initialized" },
    { id: 2, method: "events/subscribe", params },
  ];
  for (const call of calls) await texts.send(JSON.stringify({ jsonrpc: "2.0", ...call }));
}

/** The result of a call. Throws what the server refused, and `invalid_cursor` when the events are gone. */
function accepted({ result, error }: z.infer<typeof Answer>) {
  if (error) throw new HarnessError(error.data.code, error.message);
  if (result?.subscribed === false) throw goneEvents();
  return result;
}
