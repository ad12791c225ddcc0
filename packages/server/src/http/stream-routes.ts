import { HarnessError, type StreamName, streams, type TaskStatus } from "@harness/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { EventFilter, Feeds, Frame, OpenedFeed } from "../events/index.ts";
import { decodeParams } from "./decode-params.ts";
import { sseHeaders, streamSse } from "./sse.ts";
import { endsStream, toStreamItem } from "./stream-item.ts";

export interface StreamDeps {
  readonly feeds: Pick<Feeds, "open" | "headSeq">;
  readonly heartbeatMs: number;
  /** Where a task stands, and whether an attempt of it still runs; undefined when there is no such task. */
  readonly taskState: (
    id: string,
  ) => Promise<{ readonly status: TaskStatus; readonly live: boolean } | undefined>;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
}

/** Adds the two SSE feeds. Everything is checked before the first byte of a stream. */
export function addStreamRoutes(app: FastifyInstance, deps: StreamDeps): void {
  const route = (
    name: Extract<StreamName, "task" | "events">,
    handler: (request: FastifyRequest) => Promise<Started>,
  ) =>
    app.route({
      method: "GET",
      url: streams[name].path.replaceAll(/\{(\w+)\}/g, ":$1"),
      // A HEAD request would hang on a stream that never ends.
      exposeHeadRoute: false,
      config: { scope: streams[name].scope },
      handler: async (request, reply) => {
        const started = await handler(request);
        reply.hijack();
        const requestId = { "x-request-id": request.id };
        reply.raw.writeHead(200, { ...sseHeaders, ...requestId });
        if (started.opened.status === "resync_required") {
          const { oldest_seq, head_seq } = started.opened;
          reply.raw.end(`event: resync_required\ndata: ${JSON.stringify({ oldest_seq, head_seq })}\n\n`);
          return;
        }
        reply.raw.flushHeaders();
        await streamSse({
          response: reply.raw,
          cursor: started.opened.cursor,
          heartbeatMs: deps.heartbeatMs,
          signal: deps.closing,
          encode: started.encode,
          ...(started.atEnd ? { atEnd: started.atEnd } : {}),
        });
      },
    });
  route("task", async (request) => {
    const { task_id, after_seq } = parse("task", request) as { task_id: string; after_seq?: number };
    if (!(await deps.taskState(task_id)))
      throw new HarnessError("task_not_found", `There is no task ${task_id}.`, {
        field: "task_id",
        got: task_id,
      });
    return {
      opened: deps.feeds.open({ task_id }, after_seq ?? 0),
      encode: (frame) => `id: ${frame.seq}\ndata: ${JSON.stringify(toStreamItem(frame.event))}\n\n`,
      atEnd: async () => {
        const state = await deps.taskState(task_id);
        return state && endsStream(state.status) && !state.live
          ? `data: ${JSON.stringify({ type: "done", status: state.status })}\n\n`
          : undefined;
      },
    };
  });
  route("events", async (request) => {
    const { after_seq, task_id, project_id, type } = parse("events", request) as {
      after_seq?: number;
      task_id?: string;
      project_id?: string;
      type?: string[];
    };
    const filter: EventFilter = { task_id, project_id, types: type };
    return {
      opened: deps.feeds.open(filter, after_seq ?? "head"),
      encode: (frame) =>
        `id: ${frame.seq}\nevent: ${frame.event.type}\ndata: {"prev_seq":${frame.prev_seq},"event":${frame.json}}\n\n`,
    };
  });
}

interface Started {
  readonly opened: OpenedFeed;
  readonly encode: (frame: Frame) => string;
  readonly atEnd?: () => Promise<string | undefined>;
}

/** The parameters of a stream; `Last-Event-ID`, which a reconnecting browser sends by itself, wins over `after_seq`. */
function parse(name: "task" | "events", request: FastifyRequest): Record<string, unknown> {
  const schema = streams[name].params;
  const given: Record<string, unknown> = { ...(request.query as object), ...(request.params as object) };
  const last = request.headers["last-event-id"];
  if (last !== undefined && last !== "") given["after_seq"] = last;
  const parsed = schema.safeParse(decodeParams(schema, given));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = issue.code === "unrecognized_keys" ? issue.keys[0]! : issue.path.map(String).join(".");
  throw new HarnessError("invalid_params", `${field}: ${issue.message}.`, { field, expected: issue.message });
}
