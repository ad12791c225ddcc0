import {
  type ErrorCode,
  type EventFrame,
  errorCatalogue,
  HarnessError,
  type WsServerMessage,
} from "@harness/protocol";
import type { FollowOptions } from "./client.ts";
import { goneEvents } from "./problem.ts";
import { type Pause, sleep } from "./sleep.ts";
import type { TopicHub, TopicParams } from "./topic-hub.ts";

type Told = Extract<WsServerMessage, { type: "event" | "lines" | "ended" }>;

/** The events of a topic over one socket after another, each going on after the last event of the one before. */
export async function* followTopic(
  hub: TopicHub,
  params: TopicParams,
  pause: Pause,
  options: FollowOptions,
): AsyncGenerator<EventFrame, void, undefined> {
  for await (const message of follow(hub, params, pause, options))
    if (message.type === "event") yield { prev_seq: message.prev_seq, event: message.event };
}

/** The log of a task as lines of text, from the oldest that is kept to the end of the task. */
export async function* followLog(
  hub: TopicHub,
  task_id: string,
  pause: Pause,
  options: FollowOptions,
): AsyncGenerator<string, void, undefined> {
  for await (const message of follow(hub, { topic: `log:${task_id}`, after_seq: "oldest" }, pause, options)) {
    if (message.type === "lines") yield* message.lines;
    else if (message.type === "ended") return;
  }
}

async function* follow(
  hub: TopicHub,
  { after_seq, ...what }: TopicParams,
  pause: Pause,
  { signal, onConnection }: FollowOptions,
): AsyncGenerator<Told, void, undefined> {
  let last = after_seq;
  let stood = false;
  while (!signal?.aborted) {
    using inbox = hub.follow({ ...what, ...(last === undefined ? {} : { after_seq: last }) }, signal);
    for await (const message of inbox.messages()) {
      switch (message.type) {
        case "subscribed":
          stood = true;
          onConnection?.("open");
          last ??= message.head_seq;
          break;
        case "event":
        case "lines":
          pause.reset();
          last = message.type === "event" ? message.event.seq : message.seq;
          yield message;
          break;
        case "ended":
          yield message;
          break;
        default:
          refuse(message);
      }
    }
    if (signal?.aborted) return;
    // A slow reader has read what it was given: it goes on at once.
    if (inbox.ended?.why === "slow") continue;
    stood ||= inbox.ended?.why !== "refused";
    onConnection?.("lost");
    if (!stood) throw new TypeError(`The socket was closed: ${inbox.ended?.reason}.`);
    await sleep(pause.next(), signal);
  }
}

function refuse(message: WsServerMessage): void {
  if (message.type === "resync_required") throw goneEvents();
  if (message.type !== "error") return;
  const known = Object.hasOwn(errorCatalogue, message.code);
  throw new HarnessError(known ? (message.code as ErrorCode) : "invalid_params", message.message, {
    field: "topic",
  });
}
