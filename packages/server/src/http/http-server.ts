import type { AddressInfo } from "node:net";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import websocket from "@fastify/websocket";
import { type Clock, createIdFactory, HarnessError, type Scope, type TaskStatus } from "@harness/protocol";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Feeds } from "../events/index.ts";
import { Access, assertBindAllowed } from "./access.ts";
import { LoginSessions } from "./login-sessions.ts";
import { buildOpenApi } from "./openapi.ts";
import { addOperationRoutes, type Invoker } from "./operation-routes.ts";
import { docsPage, loginFailedPage, stylesheet, welcomePage } from "./pages.ts";
import { toProblem } from "./problem.ts";
import { addStreamRoutes } from "./stream-routes.ts";
import { EventSocket } from "./ws-events.ts";

/** What the HTTP edge is built from. */
export interface HttpServerDeps {
  readonly invoker: Invoker;
  readonly feeds: Pick<Feeds, "open" | "headSeq">;
  readonly token: string;
  readonly clock: Clock;
  readonly version: string;
  readonly config: {
    readonly allow_public_bind: boolean;
    readonly max_body_bytes: number;
    readonly rate_limit_per_minute: number;
    readonly sse_heartbeat_secs: number;
  };
  readonly taskState: (
    id: string,
  ) => Promise<{ readonly status: TaskStatus; readonly live: boolean } | undefined>;
  /** Whether new work would be accepted and stored. */
  readonly ready: () => Promise<boolean>;
  readonly logger: { error(obj: object, msg: string): void };
}

/** The running edge. */
export interface HttpServer {
  listen(address: { host: string; port: number }): Promise<{ url: string; port: number }>;
  /** A login URL for a browser, good once and for two minutes. */
  loginUrl(): { url: string; expires_at: string };
  /** Ends every stream, then the server. */
  close(): Promise<void>;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a caller needs; a route without one needs a token. */
    scope?: Scope;
  }
}

const REQUEST_MS = 30_000;
const MAX_PATH_PART = 4096;
const WS_MAX_BYTES = 1024 * 1024;

/** Builds the edge: every request is judged by its source and credential before it is routed to its operation. */
export async function createHttpServer(deps: HttpServerDeps): Promise<HttpServer> {
  const sessions = new LoginSessions(deps.clock);
  const closing = new AbortController();
  const newId = createIdFactory(() => deps.clock.now());
  let bound = { host: "127.0.0.1", port: 0 };
  const access = new Access({ token: deps.token, sessions, bound: () => bound });
  const app = Fastify({
    logger: false,
    genReqId: () => newId("request"),
    bodyLimit: deps.config.max_body_bytes,
    requestTimeout: REQUEST_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PATH_PART },
    exposeHeadRoutes: false,
    // A URL that cannot be decoded bypasses hooks; it must meet the same checks and the same kind of answer.
    frameworkErrors: (error, request, reply) =>
      answerProblem(request, reply as FastifyReply, guard(access, request) ?? error),
  });
  app.server.headersTimeout = REQUEST_MS;
  app.server.maxHeadersCount = 200;
  await addProtection(app, deps, access);
  addOperationRoutes(app, deps.invoker);
  addStreamRoutes(app, {
    feeds: deps.feeds,
    heartbeatMs: deps.config.sse_heartbeat_secs * 1000,
    taskState: deps.taskState,
    closing: closing.signal,
  });
  addPages(app, deps, access, sessions);
  app.get(
    "/ws/events",
    { websocket: true, config: { scope: "read" } },
    (socket) => void new EventSocket(socket, deps.feeds, deps.config.sse_heartbeat_secs * 1000),
  );
  app.addHook("preClose", async () => closing.abort());
  return {
    async listen({ host, port }) {
      assertBindAllowed(host, deps.config.allow_public_bind);
      await app.listen({ host, port });
      const address = app.server.address() as AddressInfo;
      bound = { host, port: address.port };
      return { url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`, port: address.port };
    },
    loginUrl() {
      const { code, expiresAt } = sessions.createCode();
      const host = bound.host === "0.0.0.0" || bound.host === "::" ? "127.0.0.1" : bound.host;
      return {
        url: `http://${host.includes(":") ? `[${host}]` : host}:${bound.port}/login?code=${code}`,
        expires_at: new Date(expiresAt).toISOString(),
      };
    },
    close: () => app.close(),
  };
}

async function addProtection(app: FastifyInstance, deps: HttpServerDeps, access: Access): Promise<void> {
  app.setErrorHandler((error, request, reply) => answerProblem(request, reply, error, deps.logger));
  app.setNotFoundHandler((request, reply) => answerProblem(request, reply, noRoute(app, request)));
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    access.checkSource(request.raw);
    if (request.routeOptions.config.scope !== "open") access.checkCredential(request.raw);
  });
  await app.register(helmet, {
    global: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
      },
    },
    hsts: false,
    referrerPolicy: { policy: "no-referrer" },
    frameguard: { action: "deny" },
    crossOriginResourcePolicy: { policy: "same-origin" },
  });
  if (deps.config.rate_limit_per_minute > 0) {
    await app.register(rateLimit, {
      max: deps.config.rate_limit_per_minute,
      timeWindow: "1 minute",
      errorResponseBuilder: (_request, context) =>
        new HarnessError("rate_limited", `More than ${context.max} requests in a minute from this address.`, {
          retry_after_s: Math.ceil(context.ttl / 1000),
        }),
    });
  }
  await app.register(websocket, { options: { maxPayload: WS_MAX_BYTES, perMessageDeflate: false } });
  useStrictJson(app);
}

/** Only JSON is read, and only JSON that cannot reach an object's prototype. */
function useStrictJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    const text = String(body);
    if (text === "") {
      done(null, undefined);
      return;
    }
    parse(request, text, (error, value) => {
      if (error)
        done(
          new HarnessError("invalid_json", `The body is not valid JSON: ${error.message.slice(0, 200)}`, {
            field: "body",
          }),
        );
      else done(null, value);
    });
  });
}

function addPages(app: FastifyInstance, deps: HttpServerDeps, access: Access, sessions: LoginSessions): void {
  const html = (reply: FastifyReply, text: string) =>
    reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(text);
  const open = { config: { scope: "open" as const } };
  let openapi: Record<string, unknown> | undefined;
  app.get("/", open, (_request, reply) => html(reply, welcomePage()));
  app.get("/style.css", open, (_request, reply) => reply.type("text/css; charset=utf-8").send(stylesheet));
  app.get("/healthz", open, (_request, reply) => reply.code(200).send());
  app.get("/readyz", open, async (_request, reply) => reply.code((await deps.ready()) ? 200 : 503).send());
  app.get<{ Querystring: { code?: string } }>("/login", open, (request, reply) => {
    const { code } = request.query;
    const session = typeof code === "string" ? sessions.redeem(code) : undefined;
    if (session === undefined) return html(reply.code(401), loginFailedPage());
    return reply
      .header("set-cookie", access.cookie(session))
      .header("cache-control", "no-store")
      .redirect("/docs", 303);
  });
  app.get("/openapi.json", { config: { scope: "read" } }, () => {
    openapi ??= buildOpenApi(deps.version);
    return openapi;
  });
  app.get("/docs", { config: { scope: "read" } }, (_request, reply) => html(reply, docsPage(deps.version)));
}

function answerProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
  logger?: HttpServerDeps["logger"],
): FastifyReply {
  const problem = toProblem(error, request.id);
  if (problem.code === "internal")
    logger?.error({ err: error, request_id: request.id, method: request.method }, "request failed");
  if (problem.retry_after_s !== undefined)
    reply.header("retry-after", String(Math.ceil(problem.retry_after_s)));
  else if (problem.status === 429 || problem.status === 503 || problem.status === 507)
    reply.header("retry-after", "5");
  if (problem.status === 401) reply.header("www-authenticate", 'Bearer realm="harness"');
  return reply
    .code(problem.status)
    .header("x-request-id", request.id)
    .type("application/problem+json")
    .send(problem);
}

function guard(access: Access, request: FastifyRequest): unknown {
  try {
    access.checkSource(request.raw);
    access.checkCredential(request.raw);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A path that exists with another method says which; anything else is not there. */
function noRoute(app: FastifyInstance, request: FastifyRequest): HarnessError {
  const path = request.url.split("?", 1)[0]!;
  const methods = (["GET", "POST", "PATCH", "DELETE"] as const).filter(
    (method) => method !== request.method && app.findRoute({ method, url: path }) !== null,
  );
  if (methods.length === 0)
    return new HarnessError(
      "route_not_found",
      `There is no ${request.method} ${path.slice(0, 200)}. GET /openapi.json lists every route.`,
    );
  return new HarnessError("method_not_allowed", `${path.slice(0, 200)} does not take ${request.method}.`, {
    allowed: methods,
  });
}
