import type { AddressInfo } from "node:net";
import { type Clock, createIdFactory, HarnessError } from "@harness/protocol";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Credentials } from "../access/index.ts";
import type { Rpc } from "../rpc/index.ts";
import { Access, assertBindAllowed } from "./access.ts";
import { type AccessRecord, addAccessLog } from "./access-log.ts";
import { addDashboard } from "./dashboard-routes.ts";
import { useStrictJson } from "./json-body.ts";
import { LoginSessions } from "./login-sessions.ts";
import { addMcpRoute, type McpRouteDeps } from "./mcp-route.ts";
import { addOperationRoutes, type Invoker } from "./operation-routes.ts";
import { addPages } from "./page-routes.ts";
import { answerProblem, answerUnparsed, type FailureLog } from "./problem.ts";
import { addProtection } from "./protection.ts";
import { RouteTable } from "./route-table.ts";
import { addRpcRoute } from "./rpc-routes.ts";
import { addSocketRoutes, useSockets } from "./socket-routes.ts";
import { addStreamRoutes, type StreamDeps } from "./stream-routes.ts";
import { addTaskSocketRoute, type TaskSocketRouteDeps } from "./task-socket-route.ts";

/** What the HTTP edge is built from. */
export interface HttpServerDeps {
  readonly invoker: Invoker;
  readonly rpc: Rpc;
  readonly feeds: StreamDeps["feeds"];
  readonly credentials: Pick<Credentials, "find" | "install" | "seal">;
  /** The folder of the built dashboard; null where it was not built. */
  readonly dashboard: string | null;
  readonly clock: Clock;
  readonly version: string;
  readonly config: {
    readonly allow_public_bind: boolean;
    readonly max_body_bytes: number;
    readonly rate_limit_per_minute: number;
    readonly sse_heartbeat_secs: number;
    /** Addresses whose word on where a request comes from is taken. */
    readonly trusted_proxies: readonly string[];
  };
  readonly taskState: StreamDeps["taskState"];
  readonly taskAbout: TaskSocketRouteDeps["taskAbout"];
  readonly sessionThreadId: StreamDeps["sessionThreadId"];
  readonly planState: StreamDeps["planState"];
  readonly hasThread: StreamDeps["hasThread"];
  readonly projectId: StreamDeps["projectId"];
  /** What answers agent hosts at `/mcp`. */
  readonly mcp: McpRouteDeps["endpoint"];
  /** Whether new work would be accepted and stored. */
  readonly ready: () => Promise<boolean>;
  readonly logger: FailureLog;
  /** Told of every answered request; absent when none is to be logged. */
  readonly accessLog?: (record: AccessRecord) => void;
  /** Takes the secrets of this server out of a text. */
  readonly redact: (text: string) => string;
  readonly patience?: Partial<Patience>;
}

/** How long the server waits for a client (milliseconds). */
export interface Patience {
  /** Until a whole request has arrived. */
  readonly requestMs: number;
  /** Until a client that does not read its stream is dropped; it resumes from its cursor. */
  readonly drainMs: number;
}

/** The running edge. */
export interface HttpServer {
  listen(address: { host: string; port: number }): Promise<{ url: string; port: number }>;
  /** A login URL for a browser, good once and for two minutes. */
  loginUrl(): { url: string; expires_at: string };
  /** Event streams and WebSockets that are open. */
  clients(): { readonly streams: number; readonly sockets: number };
  /** Ends every stream, then the server. */
  close(): Promise<void>;
}

const PATIENCE: Patience = { requestMs: 30_000, drainMs: 30_000 };
const MOST_PATH_PART = 4096;
const MOST_CONNECTIONS = 5_000;
const MOST_HEADER_BYTES = 16 * 1024;

/** Builds the edge: every request is judged by its source and credential before it is routed to its operation. */
export async function createHttpServer(deps: HttpServerDeps): Promise<HttpServer> {
  const patience = { ...PATIENCE, ...deps.patience };
  const sessions = new LoginSessions(deps.clock, deps.credentials);
  let bound = { host: "127.0.0.1", port: 0 };
  const access = new Access({ credentials: deps.credentials, sessions, bound: () => bound });
  const app = build(deps, patience, access);
  answerFailures(app, deps.logger);
  const sockets = await useSockets(app);
  useStrictJson(app);
  if (deps.accessLog) addAccessLog(app, deps.accessLog);
  await addProtection(app, access, deps.config.rate_limit_per_minute, deps.redact);
  const streams = await addRoutes(app, deps, { patience, access, sessions, sockets });
  return {
    async listen({ host, port }) {
      assertBindAllowed(host, deps.config.allow_public_bind);
      await app.listen({ host, port }).catch((error: unknown) => {
        throw cannotListen(host, port, error);
      });
      bound = { host, port: (app.server.address() as AddressInfo).port };
      return { url: urlOf(bound), port: bound.port };
    },
    loginUrl: () => loginUrl(sessions, bound),
    clients: () => ({ streams: streams.size, sockets: sockets.size }),
    close: () => app.close(),
  };
}

/** What the routes share. */
interface Shared {
  readonly patience: Patience;
  readonly access: Access;
  readonly sessions: LoginSessions;
  readonly sockets: Awaited<ReturnType<typeof useSockets>>;
}

/** Adds everything that answers; returns the event streams that are open, which end when the server closes. */
async function addRoutes(
  app: FastifyInstance,
  deps: HttpServerDeps,
  { patience, access, sessions, sockets }: Shared,
): Promise<ReadonlySet<object>> {
  const open = new Set<object>();
  const closing = new AbortController();
  const lasting = {
    ...deps,
    heartbeatMs: deps.config.sse_heartbeat_secs * 1000,
    drainMs: patience.drainMs,
  };
  addOperationRoutes(app, deps.invoker);
  addStreamRoutes(app, { ...lasting, open, closing: closing.signal });
  await addRpcRoute(app, deps.rpc);
  addSocketRoutes(app, sockets, lasting);
  addMcpRoute(app, { endpoint: deps.mcp, drainMs: patience.drainMs, logger: deps.logger });
  addTaskSocketRoute(app, sockets, lasting);
  addPages(app, {
    version: deps.version,
    ready: deps.ready,
    sessions,
    cookie: (session) => access.cookie(session),
    dashboard: deps.dashboard,
  });
  addDashboard(app, deps.dashboard);
  app.addHook("preClose", async () => closing.abort());
  return open;
}

/** An address on this machine where a browser logs in, whatever the server listens on. */
function loginUrl(
  sessions: LoginSessions,
  bound: { readonly host: string; readonly port: number },
): { url: string; expires_at: string } {
  const { code, expiresAt } = sessions.createCode();
  const anywhere = bound.host === "0.0.0.0" || bound.host === "::";
  const url = urlOf(anywhere ? { ...bound, host: "127.0.0.1" } : bound);
  return { url: `${url}/login?code=${code}`, expires_at: new Date(expiresAt).toISOString() };
}

function build(deps: HttpServerDeps, patience: Patience, access: Access) {
  const newId = createIdFactory(() => deps.clock.now());
  const app = Fastify({
    logger: false,
    genReqId: () => newId("request"),
    // What a header says of where a request comes from counts only from these.
    trustProxy: deps.config.trusted_proxies.length > 0 ? [...deps.config.trusted_proxies] : false,
    bodyLimit: deps.config.max_body_bytes,
    requestTimeout: patience.requestMs,
    http: {
      headersTimeout: patience.requestMs,
      requestTimeout: patience.requestMs,
      connectionsCheckingInterval: Math.min(patience.requestMs, 5_000),
      maxHeaderSize: MOST_HEADER_BYTES,
      // A missing Host is refused like a wrong one, by ourselves.
      requireHostHeader: false,
      // A client that offers HTTP/2 is served HTTP/1.1.
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === "websocket",
    },
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MOST_PATH_PART },
    exposeHeadRoutes: false,
    // The invoker validates, so no route has a schema; what would compile them is not even loaded.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    clientErrorHandler: answerUnparsed,
    // A URL that cannot be decoded bypasses hooks; it must meet the same checks and the same kind of answer.
    frameworkErrors: (error, request, reply) =>
      answerProblem(request, reply as FastifyReply, refusalOf(access, request) ?? error),
  });
  app.server.maxConnections = MOST_CONNECTIONS;
  return app;
}

function noSchemas(): never {
  throw new HarnessError("internal", "A route has a schema of its own; the invoker validates.");
}

/** Every failure, also that of a request no route takes, is answered as a problem document. */
function answerFailures(app: FastifyInstance, logger: FailureLog): void {
  const routes = new RouteTable(app);
  app.setErrorHandler((error, request, reply) => answerProblem(request, reply, error, logger));
  app.setNotFoundHandler((request, reply) =>
    answerProblem(request, reply, routes.refusal(request.method, request.url)),
  );
}

/** Says in our words why an address could not be taken. */
function cannotListen(host: string, port: number, cause: unknown): HarnessError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const why = code === "EADDRINUSE" ? "another program listens there" : code || String(cause);
  return new HarnessError(
    "config_invalid",
    `Cannot listen on ${host} port ${port}: ${why}. Choose another with --port, or 0 for any free one.`,
    { field: "server.port", got: String(port) },
    { cause },
  );
}

function refusalOf(access: Access, request: FastifyRequest): unknown {
  try {
    access.checkSource(request.raw);
    access.checkCredential(request.raw);
    return undefined;
  } catch (error) {
    return error;
  }
}

function urlOf({ host, port }: { host: string; port: number }): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
