import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type OperationName, operations, type Parsed, parseRoute, type Result } from "@harness/protocol";

/** Answers by operation; what is missing is answered 404. */
export type Answers = { readonly [N in OperationName]?: (params: Parsed<N>) => Result<N> };

/** A server that speaks the operation table and says what a test wants. */
export interface FakeServer extends AsyncDisposable {
  readonly url: string;
  /** Every operation that was called, with what it was given. */
  readonly calls: { readonly name: OperationName; readonly params: unknown }[];
}

/** Thrown by an answer to send a problem document. */
export class Refusal extends Error {
  readonly problem: Record<string, unknown>;
  constructor(problem: { code: string; status: number; detail: string } & Record<string, unknown>) {
    super(problem.detail);
    this.problem = { type: "about:blank", title: problem.code, error: problem.code, ...problem };
  }
}

/** Starts one; `stream` handles requests for the stream of a task or thread, one call a connection. */
export async function fakeServer(
  answers: Answers,
  stream?: (response: ServerResponse, lastId: string | undefined) => void,
): Promise<FakeServer> {
  const calls: FakeServer["calls"] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://fake");
    if (request.headers.authorization !== "Bearer fake-token")
      return send(response, 401, problem(401, "unauthorized"));
    if (stream && /^\/(tasks|threads)\/[^/]+\/stream$/.test(url.pathname)) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      return stream(response, request.headers["last-event-id"]?.toString());
    }
    const found = match(request.method ?? "", url.pathname);
    const answer = found && (answers[found.name] as ((params: unknown) => unknown) | undefined);
    if (!found || !answer) return send(response, 404, problem(404, "route_not_found"));
    const params = { ...query(url), ...(await body(request)), ...found.path };
    calls.push({ name: found.name, params });
    try {
      send(response, operations[found.name].status ?? 200, answer(params));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send(response, Number(error.problem["status"]), error.problem);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function match(method: string, pathname: string) {
  const names = Object.keys(operations) as OperationName[];
  // A fixed path wins over one with a name in it, as in the real router.
  for (const name of names.sort(
    (a, b) => operations[a].http[0].split("{").length - operations[b].http[0].split("{").length,
  )) {
    const route = parseRoute(operations[name].http[0]);
    const pattern = new RegExp(`^${route.path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
    const groups = route.method === method ? pattern.exec(pathname) : null;
    if (!groups) continue;
    const path = Object.entries(groups.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]);
    return { name, path: Object.fromEntries(path) as Record<string, string> };
  }
  return undefined;
}

function query(url: URL): Record<string, unknown> {
  const names = new Set(url.searchParams.keys());
  return Object.fromEntries([...names].map((name) => [name, url.searchParams.getAll(name)]));
}

async function body(request: IncomingMessage): Promise<object> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  const value: unknown = text === "" ? {} : JSON.parse(text);
  return typeof value === "object" && value !== null ? value : {};
}

function problem(status: number, code: string) {
  return { type: "about:blank", title: code, status, detail: `fake: ${code}`, code, error: code };
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, {
    "content-type": status < 400 ? "application/json" : "application/problem+json",
  });
  response.end(JSON.stringify(value));
}
