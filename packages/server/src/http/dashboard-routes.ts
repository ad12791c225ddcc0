import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** Pages of the dashboard begin with this: the paths of the API are beside it. */
const PAGES = "/ui";

/**
 * Serves the built dashboard: one page at `/` and at every path below `/ui`, and the files it is made of. They hold
 * nothing of this install, so whoever may send a request may have them; everything the page shows it asks the API for.
 */
export function addDashboard(app: FastifyInstance, folder: string | null): void {
  if (folder === null) return;
  const open = { config: { scope: "open" as const } };
  const page = (request: FastifyRequest, reply: FastifyReply) =>
    sendFile(request, reply, folder, "/index.html");
  for (const path of ["/", PAGES, `${PAGES}/*`]) app.get(path, open, page);
  // Named after what they hold: a browser need never ask for one twice.
  app.get<{ Params: { "*": string } }>("/assets/*", open, (request, reply) =>
    sendFile(request, reply, folder, `/assets/${request.params["*"]}`, "public, max-age=31536000, immutable"),
  );
  for (const name of ["favicon.svg", "theme.js"])
    app.get(`/${name}`, open, (request, reply) =>
      sendFile(request, reply, folder, `/${name}`, "public, max-age=3600"),
    );
}

async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  root: string,
  path: string,
  cacheControl?: string,
): Promise<FastifyReply> {
  // Loaded with the first page: a server nobody looks at does without.
  const { default: send } = await import("@fastify/send");
  const { type, statusCode, headers, stream } = await send(request.raw, encodeURI(path), {
    root,
    cacheControl: false,
    dotfiles: "ignore",
    index: false,
  });
  if (type === "error" || type === "directory") {
    reply.callNotFound();
    return reply;
  }
  if (cacheControl !== undefined) reply.header("cache-control", cacheControl);
  return reply.code(statusCode).headers(headers).send(stream);
}
