import type { FastifyInstance, FastifyReply } from "fastify";
import type { LoginSessions } from "./login-sessions.ts";
import { buildOpenApi } from "./openapi.ts";
import { docsPage, loginFailedPage, stylesheet, welcomePage } from "./pages.ts";

export interface PageDeps {
  readonly version: string;
  /** Whether new work would be accepted and stored. */
  readonly ready: () => Promise<boolean>;
  readonly sessions: LoginSessions;
  /** The Set-Cookie of a new session. */
  readonly cookie: (session: string) => string;
  /** The folder of the built dashboard; null: there is none to log in to. */
  readonly dashboard: string | null;
}

/** Adds what is not an operation: the probes, the pages a browser shows, login and the OpenAPI document. */
export function addPages(app: FastifyInstance, deps: PageDeps): void {
  const html = (reply: FastifyReply, text: string) => reply.type("text/html; charset=utf-8").send(text);
  const open = { config: { scope: "open" as const } };
  let openapi: Record<string, unknown> | undefined;
  if (deps.dashboard === null) app.get("/", open, (_request, reply) => html(reply, welcomePage()));
  app.get("/style.css", open, (_request, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", "max-age=3600").send(stylesheet),
  );
  app.get("/healthz", open, (_request, reply) => reply.code(200).send());
  app.get("/readyz", open, async (_request, reply) => {
    const ready = await deps.ready().catch(() => false);
    return reply.code(ready ? 200 : 503).send();
  });
  app.get<{ Querystring: { code?: unknown } }>("/login", open, (request, reply) => {
    const { code } = request.query;
    const session = typeof code === "string" ? deps.sessions.redeem(code) : undefined;
    if (session === undefined) return html(reply.code(401), loginFailedPage());
    return reply
      .header("set-cookie", deps.cookie(session))
      .redirect(deps.dashboard === null ? "/docs" : "/", 303);
  });
  app.get("/openapi.json", { config: { scope: "read" } }, () => {
    openapi ??= buildOpenApi(deps.version);
    return openapi;
  });
  app.get("/docs", { config: { scope: "read" } }, (_request, reply) => html(reply, docsPage(deps.version)));
}
