import type { Clock } from "@harness/protocol";
import { createMcpHandler, isLegacyRequest, type McpHttpHandler } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { McpCaller } from "./caller.ts";
import { type HostDeps, hostServer } from "./host-server.ts";
import { refusal } from "./refusal.ts";
import { ResourceNews } from "./resource-news.ts";
import { Sessions, type SessionsDeps } from "./sessions.ts";
import { operationTools } from "./tools.ts";

/** What `/mcp` is built from. */
export interface McpEndpointDeps extends Pick<HostDeps, "invoker" | "feeds" | "newId" | "version"> {
  readonly clock: Clock;
  readonly limits: SessionsDeps["limits"];
  readonly logger: { error(obj: object, msg: string): void };
}

/** Streams of `subscriptions/listen` at a time. */
const MOST_LISTENING = 100;

/**
 * `/mcp` for agent hosts, over Streamable HTTP: revision 2026-07-28, where every request stands for itself, and the
 * ones with sessions before it. Host, Origin and token were judged before a request comes here.
 */
export class McpEndpoint {
  readonly #sessions: Sessions;
  readonly #modern: McpHttpHandler;
  readonly #closing = new AbortController();

  constructor(deps: McpEndpointDeps) {
    const failed = (error: unknown) => deps.logger.error({ err: error }, "mcp failed");
    const news = new ResourceNews(deps.feeds, failed);
    const host: HostDeps = { ...deps, tools: operationTools(), news, closing: this.#closing.signal };
    this.#sessions = new Sessions({ ...deps, serverFor: (caller) => hostServer(host, caller, "session") });
    this.#modern = createMcpHandler(
      ({ authInfo }) => hostServer(host, callerIn(authInfo?.extra), "request"),
      {
        legacy: "reject",
        bus: news,
        maxSubscriptions: MOST_LISTENING,
      },
    );
  }

  /** Answers one request. Its signal must abort when the connection it came over has closed. */
  async handle(request: Request, caller: McpCaller, body: unknown): Promise<Response> {
    if (this.#closing.signal.aborted) return refusal(503, -32_010, "The server is stopping.", 5);
    // Batches went from the protocol in 2025-06-18; one body must not become thousands of calls.
    if (request.method === "POST" && (body === undefined || Array.isArray(body)))
      return refusal(400, -32_600, "Send one JSON-RPC message as the body.");
    if (await isLegacyRequest(request, body)) return this.#sessions.handle(request, caller, body);
    if (isListen(body) && !caller.scopes.has("read"))
      return refusal(
        403,
        -32_003,
        "subscriptions/listen needs the scope read, which this token does not have.",
      );
    const authInfo = { token: "", clientId: caller.id, scopes: [...caller.scopes], extra: { caller } };
    return this.#modern.fetch(request, { parsedBody: body, authInfo });
  }

  /** Ends every wait, stream and session. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([this.#sessions.close(), this.#modern.close()]);
  }
}

function isListen(body: unknown): boolean {
  return z.object({ method: z.literal("subscriptions/listen") }).safeParse(body).success;
}

function callerIn(extra: Record<string, unknown> | undefined): McpCaller {
  return z.custom<McpCaller>((value) => typeof value === "object" && value !== null).parse(extra?.["caller"]);
}
