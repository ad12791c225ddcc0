import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAnswer, type TestServer, testServer } from "../support/test-server.ts";
import { Document, type Entry, type Published } from "./published.ts";

let server: TestServer;
let canary: string;
beforeAll(async () => {
  server = await testServer({ config: "[server]\nrate_limit_per_minute = 0" });
  mkdirSync(path.join(server.dir, "canary"));
  canary = path.join(server.dir, "canary", "pwned");
});
afterAll(() => server[Symbol.asyncDispose]());

/** Texts that would make a file if anything passed them to a shell, or to git as an option. */
function payloads(): string[] {
  const touch = `touch ${canary}`;
  return [
    `$(${touch})`,
    `\`${touch}\``,
    `;${touch}`,
    `&& ${touch}`,
    `|${touch}`,
    `x\n${touch}\n`,
    `\0${touch}`,
    `--output=${canary}`,
    `-o${canary}`,
    `--upload-pack=${touch}`,
    `-c core.fsmonitor=${touch}`,
    `--exec=${touch}`,
    `ext::sh -c ${touch.replaceAll(" ", "% ")}`,
    `'; ${touch}; '`,
    `"$(${touch})"`,
    `main:$(${touch})`,
    `%0a${touch}`,
  ];
}

/** Places for a text in a schema: the value with the payload at every string of it. */
function filled(document: Document, schema: Published, payload: string): unknown[] {
  if (schema.$ref)
    return filled(document, document.components.schemas[schema.$ref.split("/").at(-1)!]!, payload);
  if (schema.anyOf) return schema.anyOf.flatMap((one) => filled(document, one, payload));
  if (schema.type === "string") return schema.const === undefined ? [payload] : [];
  if (schema.type === "array" && schema.items)
    return filled(document, schema.items, payload).map((value) => [value]);
  if (schema.type !== "object") return [];
  const all = Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
    filled(document, inner, payload).map((value) => [name, value] as const),
  );
  return [Object.fromEntries(all)];
}

/** One request of an operation with a payload in one place of it. */
interface Attempt {
  readonly at: string;
  readonly method: string;
  readonly body?: unknown;
}

/** Every way to put a payload into an operation: each part of the path, the query and the body by itself. */
function attemptsOf(
  document: Document,
  [route, method, entry]: [string, string, Entry],
  fills: Readonly<Record<string, string>>,
): Attempt[] {
  const body = entry.requestBody?.content["application/json"]?.schema;
  const fill = (values: Record<string, string>) =>
    route.replace(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(values[part] ?? fills[part] ?? "x"));
  const fields = Object.keys(body?.properties ?? {});
  const right = Object.fromEntries(
    ["root", "prompt", "project"].filter((name) => fields.includes(name)).map((name) => [name, fills[name]]),
  );
  // What reaches git costs programs, and reading rules costs a thread: there the payloads are shared out among the fields.
  const share = /^\/(?:projects|rules|policy\/dry-run)/.test(route) ? 17 : 1;
  const picked = (index: number) => payloads().filter((_, at) => (at + index) % share === 0);
  return [
    ...entry.parameters.flatMap(({ name, in: place }, index) =>
      picked(index).map((payload) => ({
        at:
          place === "path"
            ? fill({ [name]: payload })
            : `${fill({})}?${new URLSearchParams({ [name]: payload })}`,
        method,
        ...(body ? { body: right } : {}),
      })),
    ),
    ...Object.entries(body?.properties ?? {}).flatMap(([name, schema], index) =>
      picked(index)
        .flatMap((payload) => filled(document, schema, payload))
        .map((value) => ({ at: fill({}), method, body: { ...right, [name]: value } })),
    ),
  ];
}

/** Every operation is in one part: what all of them take together is longer than one test may on a busy machine. */
const PARTS = 6;

describe("a text that a shell or git would run", () => {
  let document: Document;
  let fills: Record<string, string>;
  beforeAll(async () => {
    document = Document.parse(await (await server.fetch("/openapi.json")).json());
    const root = path.join(server.dir, "repo");
    fills = { task_id: await server.submit(), root, prompt: "x", project: "app" };
  });

  it.each(Array.from({ length: PARTS }, (_, part) => part))(
    "is only a text in every field of every operation, part %i [req:http.injection]",
    async (part) => {
      const entries = Object.entries(document.paths)
        .flatMap(([route, methods]) =>
          Object.entries(methods).map(([method, entry]) => [route, method.toUpperCase(), entry] as const),
        )
        .filter(([, , { operationId }]) => !operationId.startsWith("stream_"));
      const attempts = entries
        .filter((_, at) => at % PARTS === part)
        .flatMap(([route, method, entry]) => attemptsOf(document, [route, method, entry], fills));
      expect(attempts.length).toBeGreaterThan(100);
      for (const { at, method, body } of attempts) {
        const response = await server.fetch(at, {
          method,
          ...(body === undefined
            ? {}
            : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
        });
        const text = await response.text();
        // No agent is installed here: what would need one says so.
        const refused = response.status === 503 && text.includes('"agent_unavailable"');
        expect(refused || response.status < 500, `${method} ${at} ${JSON.stringify(body)} ${text}`).toBe(
          true,
        );
      }
      expect(existsSync(canary)).toBe(false);
      expect(readdirSync(path.dirname(canary))).toEqual([]);
    },
  );
});

describe("a path that leads elsewhere", () => {
  const tricks = [
    "/../../../../etc/passwd",
    "/..%2f..%2f..%2fetc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/%252e%252e%252fetc%252fpasswd",
    "/..\\..\\etc\\passwd",
    "/..%5c..%5cetc%5cpasswd",
    "/style.css/../../../etc/passwd",
    "/style.css%00",
    "/style.css%00.html",
    "/tasks/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/tasks/..%2f..%2ftoken",
    "/tasks/..;/token",
    "/projects/%2e%2e%2ftoken",
    "/projects/C:%5cwindows",
    "/projects/%5c%5cserver%5cshare",
    "/projects/%00",
    "/docs/../token",
    "/docs%2f..%2ftoken",
    "//etc/passwd",
    "///",
    "/%",
    "/%zz",
    "/%c0%af",
    "/%ff",
    "/\u0001",
    "/tasks/%E0%80%80",
    `/${"a".repeat(10_000)}`,
    `/${"../".repeat(2_000)}etc/passwd`,
    `/tasks/${"x".repeat(5_000)}`,
    "/tasks?cursor=../../../etc/passwd",
    "/tasks;param=1",
    "/TASKS",
    "/tasks/",
    "/health/",
    "/tasks//proof",
    "/login/../tasks",
    "*",
    "tasks",
    "?",
  ];

  it.each(tricks.map((trick) => [trick.slice(0, 60), trick]))(
    "%s is not there [req:http.paths, safety.f5]",
    async (_, trick) => {
      const text = await server.raw(
        Buffer.from(
          `GET ${trick} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\nConnection: close\r\n\r\n`,
          "latin1",
        ),
      );
      const { status, headers, body } = parseAnswer(text);
      expect([400, 403, 404, 414]).toContain(status);
      expect(headers.get("content-type")).toMatch(/^application\/problem\+json/);
      expect(JSON.parse(body)).toMatchObject({ status });
      expect(body).not.toMatch(/root:|x:0:0/);
      expect(body).not.toContain(server.token);
      expect(body.length).toBeLessThan(2_000);
    },
  );
});

describe("the runtime log", () => {
  it("holds one JSON record a line, whatever a client sends [req:http.log-injection, safety.f7]", async () => {
    const nasty = `a\n{"level":"fatal","msg":"forged"}\r\n\u001b[2J\u001b]52;c;cHduZWQ=\u0007\u2028b`;
    await server.submit({
      title: nasty,
      prompt: nasty,
      source: nasty.slice(0, 90),
      labels: [nasty.slice(0, 90)],
    });
    await server.fetch(`/projects/${encodeURIComponent(nasty)}`);
    await server.fetch("/tasks", { headers: { "user-agent": "x\u00ff", "x-request-id": "forged-id" } });
    // A failure of our own is logged with what the client sent.
    await server.post("/projects", {
      root: `${server.dir}/repo`,
      id: "x",
      default_agent: nasty.slice(0, 90),
    });
    const log = server.logs();
    for (const line of log.split("\n").filter((one) => one !== "")) {
      const record = JSON.parse(line) as { msg?: string };
      expect(record.msg).not.toBe("forged");
    }
    expect(log).not.toContain("\u001b");
    expect(log).not.toContain("forged-id");
    expect(server.stderr.join("\n")).not.toContain("\u001b");
  });
});

describe("the secrets of the server", () => {
  it("are in no answer, event, log or file, wherever they are tried [req:http.no-leak]", async () => {
    const { token } = server;
    const before = await server.headSeq();
    const task_id = await server.submit({
      title: `use ${token}`,
      prompt: `call it with ${token} please`,
      source: token.slice(0, 90),
      external_id: token.slice(0, 90),
      labels: [token.slice(0, 90)],
    });
    await server.client.call("task/cancel", { task_id, reason: `because ${token}` });
    const answers: string[] = [];
    const keep = async (response: Response) =>
      answers.push(`${JSON.stringify([...response.headers])}${await response.text()}`);
    for (const at of [
      `/tasks/${task_id}`,
      "/tasks",
      "/status",
      "/doctor",
      "/agents",
      "/projects",
      "/openapi.json",
      "/docs",
      "/health",
      `/tasks/${task_id}/prompts`,
      `/tasks/${task_id}/artifacts`,
      `/tasks/${task_id}/proof`,
      `/tasks/${task_id}/stream`,
      `/api/events?after_seq=${before}&limit=500`,
      `/projects/${token}`,
      `/tasks/${token}`,
      `/${token}`,
      `/tasks?cursor=${token}`,
      `/tasks?${token}=1`,
      `/tasks?source=${token}`,
    ])
      await keep(await server.fetch(at));
    await keep(await server.post("/tasks", { project: "app", prompt: "x", agent: token }));
    await keep(await server.post("/tasks", { project: "app", prompt: "x", [token]: 1 }));
    await keep(
      await server.fetch("/tasks", {
        method: "POST",
        body: `{"${token}`,
        headers: { "content-type": "application/json" },
      }),
    );
    for (const answer of answers) expect(answer).not.toContain(token);
    expect(server.logs()).not.toContain(token);
    expect(server.stderr.join("\n")).not.toContain(token);
    for (const name of readdirSync(server.dataDir, { recursive: true, withFileTypes: true })) {
      const file = path.join(name.parentPath, name.name);
      if (!name.isFile() || file === path.join(server.dataDir, "token")) continue;
      expect(readFileSync(file, "latin1").includes(token), file).toBe(false);
    }
  });
});
