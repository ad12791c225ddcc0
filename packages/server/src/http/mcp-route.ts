import type { ServerResponse } from "node:http";
import { HarnessError } from "@harness/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { McpEndpoint } from "../mcp/index.ts";
import type { FailureLog } from "./problem.ts";
import { credentialOf } from "./protection.ts";
import { drained, sseHeaders } from "./sse.ts";

export interface McpRouteDeps {
  /** What answers; made at the first request, for most servers never see one. */
  readonly endpoint: () => Promise<Pick<McpEndpoint, "handle">>;
  readonly drainMs: number;
  readonly logger: FailureLog;
}

/** Adds `/mcp`. It takes a token only: a login cookie is for pages, and no page is an agent host. */
export function addMcpRoute(app: FastifyInstance, deps: McpRouteDeps): void {
  app.route({
    method: ["GET", "POST", "DELETE"],
    url: "/mcp",
    // A HEAD request would hang on a stream that never ends.
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const caller = credentialOf(request);
      if (request.headers.authorization === undefined)
        throw new HarnessError("unauthorized", "Send the token as `Authorization: Bearer TOKEN`.", {
          field: "Authorization",
        });
      const gone = new AbortController();
      reply.raw.on("close", () => gone.abort());
      const endpoint = await deps.endpoint();
      const response = await endpoint.handle(toRequest(request, gone.signal), caller, request.body);
      const streams = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
      if (!streams || response.body === null) return answer(reply, response);
      await stream(reply, response, response.body, { ...deps, gone: gone.signal, over: caller.over });
      return reply;
    },
  });
}

/** The request as the protocol's library reads it: its body is parsed already. */
function toRequest({ raw, method, url, headers }: FastifyRequest, signal: AbortSignal): Request {
  const shown = new Headers();
  for (const [name, value] of Object.entries(headers))
    for (const one of [value].flat()) if (one !== undefined) shown.append(name, one);
  return new Request(`http://${raw.headers.host}${url}`, { method, headers: shown, signal });
}

async function answer(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  return reply
    .code(response.status)
    .headers(Object.fromEntries(response.headers))
    .send(await response.text());
}

/** Writes a stream as fast as the host reads it; one that does not read for long is dropped and resumes. */
async function stream(
  reply: FastifyReply,
  answered: Response,
  body: ReadableStream<Uint8Array>,
  {
    gone,
    over,
    drainMs,
    logger,
  }: Pick<McpRouteDeps, "drainMs" | "logger"> & Record<"gone" | "over", AbortSignal>,
): Promise<void> {
  reply.hijack();
  const response: ServerResponse = reply.raw;
  const session = answered.headers.get("mcp-session-id");
  response.writeHead(answered.status, {
    ...(reply.getHeaders() as Record<string, string>),
    ...sseHeaders,
    ...(session === null ? {} : { "mcp-session-id": session }),
  });
  response.flushHeaders();
  const end = () => response.destroy();
  over.addEventListener("abort", end, { once: true });
  const reader = body.getReader();
  const leave = () => void reader.cancel().catch(() => {});
  gone.addEventListener("abort", leave, { once: true });
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      if (!response.write(part.value) && !(await drained(response, drainMs, gone))) return;
    response.end();
  } catch (error) {
    response.destroy();
    if (!gone.aborted) logger.error({ err: error }, "a stream of /mcp failed");
  } finally {
    over.removeEventListener("abort", end);
  }
}
