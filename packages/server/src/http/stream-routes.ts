import {
  type Event,
  HarnessError,
  type PlanState,
  type StreamItem,
  streams,
  type TaskStatus,
} from "@harness/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { FeedCursor, Feeds, Frame, OpenedFeed } from "../events/index.ts";
import { PlanCursor, planEvents } from "./plan-cursor.ts";
import type { FailureLog } from "./problem.ts";
import { credentialOf } from "./protection.ts";
import { type SseOptions, sseHeaders, streamSse } from "./sse.ts";
import { endsStream, toStreamItem } from "./stream-item.ts";
import { streamParams } from "./stream-params.ts";
import { logLines } from "./task-log.ts";
import type { TaskState } from "./topic-telling.ts";

export interface StreamDeps {
  readonly feeds: Pick<Feeds, "open" | "headSeq" | "lastSeqOf">;
  /** The id of a project by its id, name or root; throws `project_not_found`. */
  readonly projectId: (key: string) => Promise<string>;
  readonly heartbeatMs: number;
  readonly drainMs: number;
  /** Where a task stands, and whether an attempt of it still runs; undefined when there is no such task. */
  readonly taskState: TaskState;
  /** The thread of a session of seed 2, by its id or name; throws `thread_not_found`. */
  readonly sessionThreadId: (session: string) => Promise<string>;
  readonly planState: (threadId: string) => Promise<PlanState | null>;
  readonly hasThread: (id: string) => Promise<boolean>;
  /** The streams that are open. */
  readonly open: Set<object>;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
  readonly logger: FailureLog;
}

interface Started {
  readonly opened: OpenedFeed;
  /** Writes the feed to the client, from its cursor on. */
  readonly write: (cursor: FeedCursor, to: Destination) => Promise<void>;
}

type Destination = Pick<SseOptions, "response" | "heartbeatMs" | "drainMs" | "signals">;

type SseName = "task" | "task_logs" | "thread" | "session_plan" | "events";

/** Adds the SSE feeds. Everything is checked before the first byte of a stream. */
export function addStreamRoutes(app: FastifyInstance, deps: StreamDeps): void {
  const start: Record<SseName, (request: FastifyRequest) => Promise<Started>> = {
    task: taskStream("task", deps, itemText, (status) => {
      const done: StreamItem = { type: "done", status };
      return `data: ${JSON.stringify(done)}\n\n`;
    }),
    task_logs: taskStream("task_logs", deps, logText, (status) => `event: done\ndata: ${status}\n\n`),
    thread: threadStream(deps),
    session_plan: planStream(deps),
    events: eventStream(deps),
  };
  for (const name of ["task", "task_logs", "thread", "session_plan", "events"] as const) {
    app.route({
      method: "GET",
      url: streams[name].path.replaceAll(/\{(\w+)\}/g, ":$1"),
      // A HEAD request would hang on a stream that never ends.
      exposeHeadRoute: false,
      config: { scope: streams[name].scope },
      handler: async (request, reply) => {
        const { over } = credentialOf(request);
        await serve(await start[name](request), reply, deps, over);
      },
    });
  }
}

async function serve(
  started: Started,
  reply: FastifyReply,
  deps: StreamDeps,
  over: AbortSignal,
): Promise<void> {
  const { opened, write } = started;
  reply.hijack();
  const response = reply.raw;
  const start = opened.status === "ok" ? { "x-harness-cursor": String(opened.cursor.position) } : {};
  // Without chunks an event is one piece to write instead of three; the stream ends with its connection.
  response.useChunkedEncodingByDefault = false;
  response.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...sseHeaders, ...start });
  if (opened.status === "resync_required") {
    const { oldest_seq, head_seq } = opened;
    response.end(`event: resync_required\ndata: ${JSON.stringify({ oldest_seq, head_seq })}\n\n`);
    return;
  }
  // An id without data moves a browser's cursor and nothing else: a cut before the first event loses none.
  response.write(`id: ${opened.cursor.position}\n\n`);
  const { heartbeatMs, drainMs, closing } = deps;
  deps.open.add(response);
  await write(opened.cursor, { response, heartbeatMs, drainMs, signals: [closing, over] })
    .catch((error: unknown) => deps.logger.error({ err: error }, "a stream failed"))
    .finally(() => deps.open.delete(response));
}

/** One event as an unnamed frame of seed 1's items. */
function itemText(event: Event): string {
  return `id: ${event.seq}\ndata: ${JSON.stringify(toStreamItem(event))}\n\n`;
}

/** One event as a frame of lines; one without a line moves the client's cursor and is no frame to it. */
function logText(event: Event): string {
  const lines = logLines(event).map((line) => `data: ${line}\n`);
  return `id: ${event.seq}\n${lines.join("")}\n`;
}

/** The feed of one task, each event projected to text; it ends when the task has, with a last frame. */
function taskStream(
  name: "task" | "task_logs",
  deps: StreamDeps,
  project: (event: Event) => string,
  last: (status: TaskStatus) => string,
): (request: FastifyRequest) => Promise<Started> {
  // Events of the log are the same objects for every client: each is projected once.
  const items = new WeakMap<Event, string>();
  const encode = ({ event }: Frame): string => {
    let text = items.get(event);
    if (text === undefined) {
      text = project(event);
      items.set(event, text);
    }
    return text;
  };
  return async (request) => {
    const { task_id, after_seq } = streamParams(name, request);
    if (!(await deps.taskState(task_id)))
      throw new HarnessError("task_not_found", `There is no task ${task_id}.`, {
        field: "task_id",
        got: task_id,
      });
    const atEnd = async () => {
      const state = await deps.taskState(task_id);
      return state && endsStream(state.status) && !state.live ? last(state.status) : undefined;
    };
    return {
      opened: deps.feeds.open({ task_id }, after_seq ?? "oldest"),
      write: (cursor, to) => streamSse({ ...to, cursor, encode, atEnd }),
    };
  };
}

function planStream(deps: StreamDeps): (request: FastifyRequest) => Promise<Started> {
  return async (request) => {
    const { session_id, after_seq } = streamParams("session_plan", request);
    const thread_id = await deps.sessionThreadId(session_id);
    return {
      opened: deps.feeds.open({ thread_id, types: planEvents }, after_seq ?? "head"),
      write: (cursor, to) =>
        streamSse({
          ...to,
          cursor: new PlanCursor(cursor, () => deps.planState(thread_id)),
          encode: ({ seq, json }) => `id: ${seq}\nevent: plan\ndata: ${json}\n\n`,
        }),
    };
  };
}

/** A thread that was deleted is still told to its end, as long as its events are kept. */
function threadStream(deps: StreamDeps): (request: FastifyRequest) => Promise<Started> {
  return async (request) => {
    const { thread_id, after_seq } = streamParams("thread", request);
    const there = await deps.hasThread(thread_id);
    if (!there && (await deps.feeds.lastSeqOf({ thread_id }, deps.feeds.headSeq)) <= (after_seq ?? 0))
      throw new HarnessError("thread_not_found", `There is no thread ${thread_id}.`, {
        field: "thread_id",
        got: thread_id,
      });
    const atEnd = async () =>
      (await deps.hasThread(thread_id)) ? undefined : ": the thread was deleted\n\n";
    return {
      opened: deps.feeds.open({ thread_id }, after_seq ?? "oldest"),
      write: (cursor, to) => streamSse({ ...to, cursor, encode: frameText, atEnd }),
    };
  };
}

function eventStream(deps: StreamDeps): (request: FastifyRequest) => Promise<Started> {
  return async (request) => {
    const { after_seq, task_id, thread_id, project_id: key, type } = streamParams("events", request);
    const project_id = key === undefined ? undefined : await deps.projectId(key);
    return {
      opened: deps.feeds.open({ task_id, thread_id, project_id, types: type }, after_seq ?? "head"),
      write: (cursor, to) => streamSse({ ...to, cursor, encode: frameText }),
    };
  };
}

function frameText({ seq, prev_seq, event, json }: Frame): string {
  return `id: ${seq}\nevent: ${event.type}\ndata: {"prev_seq":${prev_seq},"event":${json}}\n\n`;
}
