import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { runThread } from "@harness/client";
import { HarnessError, operations, type Result, terminalStatuses } from "@harness/protocol";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { type Receiver, startReceiver } from "../notifications/receiver.ts";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { testDir } from "../support/test-app.ts";
import { backwards, type Canary, found, plantCanaries } from "./canaries.ts";
import { check, critic, spy, teller } from "./programs.ts";
import { type Sightings, walk, watchProcesses } from "./watch.ts";

const random = () => randomBytes(16).toString("hex");

/**
 * A server that is bound to secrets does a whole task whose prompt, agent, validation, change and review are full of
 * them. Nothing the server writes, sends or hands to a process may hold one. Two things are not redacted, on purpose:
 * the token's own file, and what an agent wrote into files, as git keeps it in the mirror and the user's branch.
 */
describe.each(["sqlite", "postgres"] as const)("secrets, with the log on %s", (dialect) => {
  let dir = "";
  let server: ServerProcess;
  let postgres: TestPostgres | undefined;
  let canaries: Canary[];
  let sightings: Sightings;
  let task: Result<"task/get">;
  let spied: string[];
  let asked: Result<"approval/list">["data"][number];
  let receiver: Receiver;
  const streamed: string[] = [];
  const home = { ".ssh/id_ed25519": random(), ".netrc": random(), "other/secret.txt": random() };
  const dataDir = () => path.join(dir, "data");

  beforeAll(async () => {
    dir = testDir("leaks");
    for (const [file, text] of Object.entries(home)) {
      mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
      writeFileSync(path.join(dir, file), text);
    }
    makeRepository(path.join(dir, "other"), { "a.txt": "a\n" });
    postgres = dialect === "postgres" ? await startPostgres() : undefined;
    const anthropicKey = `sk-ant-api03-${random()}`;
    receiver = await startReceiver();
    const bound = {
      byEnv: `env-${random()}`,
      byFile: `fi"le\\${random()}`,
      byCommand: `command-${random()}`,
      hookUrl: `${receiver.url}/hook-${random()}`,
      hookToken: `to ken&${random()}`,
    };
    writeFileSync(path.join(dir, "by-file"), `${bound.byFile}\n`, { mode: 0o600 });
    writeFileSync(path.join(dir, "by-command"), bound.byCommand, { mode: 0o600 });
    const apiToken = postgres ? `bound-${random()}` : undefined;
    // As if the operator's shell let everybody write: our files must be closed all the same.
    const before = process.umask(0);
    const starting = startServerProcess({
      dir,
      agents: { teller, spy, critic },
      config: [
        "[agents]",
        'talk_back = ["teller"]',
        // The spy may knock at our own port: what it is told there is looked at too.
        "[sandbox]",
        'agent_network = "full"',
        "[server]",
        "access_log = true",
        "[[notify.channels]]",
        'name = "hook"\ntype = "webhook"\nurl = "env:HOOK_URL"\ntoken = "env:HOOK_TOKEN"',
        "[notify]",
        "batch_secs = 0",
        "[agents.claude.set_env]",
        'BY_ENV = "env:BOUND_BY_ENV"',
        `BY_FILE = "file:${path.join(dir, "by-file")}"`,
        "[agents.command.teller.set_env]",
        `BY_COMMAND = 'command:["cat", "${path.join(dir, "by-command")}"]'`,
      ].join("\n"),
      env: {
        ANTHROPIC_API_KEY: anthropicKey,
        BOUND_BY_ENV: bound.byEnv,
        HOOK_URL: bound.hookUrl,
        HOOK_TOKEN: bound.hookToken,
        ...(postgres ? { HARNESS_DATABASE_URL: postgres.url } : {}),
        ...(apiToken ? { HARNESS_API_TOKEN: apiToken } : {}),
      },
    });
    process.umask(before);
    server = await starting;
    sightings = watchProcesses(server.pid);
    canaries = plantCanaries({
      ...bound,
      token: server.token,
      anthropicKey,
      databaseUrl: postgres?.url ?? `postgres://u:${random()}@127.0.0.1:1/none`,
    });
    const planted = JSON.stringify(canaries.map(({ text }) => backwards(text)));
    const root = makeRepository(path.join(dir, "repo"), { "planted.json": planted, "check.mjs": check });
    await server.client.call("project/create", {
      root,
      id: "app",
      default: true,
      validation: [{ name: "check", argv: ["node", "check.mjs"] }],
    });
    await server.client.call("project/create", { root: path.join(dir, "other"), id: "other" });
    void capture(server, "/events", streamed);
    // A program is started only when its secret is needed: until then nobody but it knows the secret.
    const early = canaries.filter(({ text }) => text !== bound.byCommand);
    const prompt = `Use ${early.map(({ text }) => text).join(" and ")}`;
    const answering = answerQuestions(server);
    task = await finish({ prompt, agent: "teller" });
    asked = await answering;
    const look = {
      url: server.url,
      paths: [
        `/proc/1/environ`,
        `/proc/${server.pid}/environ`,
        path.join(dataDir(), "token"),
        dataDir(),
        ...Object.keys(home).map((file) => path.join(dir, file)),
        path.join(dir, "other"),
        root,
      ],
    };
    const spying = await finish({
      prompt: `Look: <<${JSON.stringify(look)}>>`,
      agent: "spy",
      max_attempts: 1,
    });
    // Later requests name secrets as branches and paths; those are the caller's own words to git.
    sightings[Symbol.dispose]();
    const said = await server.client.call("task/artifacts", { task_id: spying.id });
    const line = /SPIED (.*)/.exec(
      said.find((one) => one.artifact_type === "implementer_message")!.content,
    )![1]!;
    spied = JSON.parse(backwards(line));
  }, 400_000);

  afterAll(async () => {
    sightings?.[Symbol.dispose]();
    await server?.kill("SIGKILL");
    await receiver?.[Symbol.asyncDispose]();
    await postgres?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function finish(params: { prompt: string; agent: string; max_attempts?: number }) {
    const { task_id } = await server.client.call("task/create", params);
    for (;;) {
      const now = await server.client.call("task/get", { task_id });
      const live = now.attempt_history.some((attempt) => attempt.status === "running");
      if ([...terminalStatuses, "waiting"].includes(now.status) && !live) return now;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  it("went through every stage that could show them", () => {
    expect(canaries).toHaveLength(30);
    // It is finished and proven, and may not leave: everything it wrote is a secret.
    expect(task, JSON.stringify(task.error)).toMatchObject({
      status: "waiting",
      block_reason: { code: "secret_egress" },
    });
    expect(task.evidence_history.map((item) => item.passed)).toEqual([false, true, true]);
    expect(task.review_history.map((round) => round.verdict)).toEqual(["changes_requested", "approved"]);
    // What the agent wrote is what it wrote: a snapshot is not redacted, and stays where only the server reads it.
    const mirrors = readdirSync(path.join(dataDir(), "mirrors")).filter((name) => name.endsWith(".git"));
    const ours = mirrors
      .map((name) => path.join(dataDir(), "mirrors", name))
      .find((mirror) => userGit(mirror, "for-each-ref").includes(task.head_sha!));
    const kept = userGit(ours!, "show", `${task.head_sha}:told.txt`);
    expect(found(canaries, kept)).toEqual(canaries.map(({ name }) => name));
    expect(asked.summary).toContain("May I use [redacted:");
  });

  it("are in no answer to any question [req:leaks.answers]", async () => {
    const routes = Object.values(operations)
      .flatMap((row): readonly string[] => row.http)
      .filter((route) => route.startsWith("GET ") && route !== "GET /own-task");
    const others = ["/docs", "/openapi.json", "/healthz", "/readyz", "/", "/login"];
    await get(server, "/reports", {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    const session = await server.client.call("thread/start", { project: "app", agent: task.agent });
    // It writes every secret into the work of the conversation as well.
    const { thread_id } = session;
    await runThread(server.client, { thread_id, input: "Go on" }, { pollIntervalMs: 50 });
    for (const route of [...routes.map((one) => one.slice(4)), ...others]) {
      const at = route
        .replace("{task_id}", task.id)
        .replace("{project}", "app")
        .replace("{report_id}", "latest")
        .replace("{attempt_id}", task.attempt_history[0]!.id)
        .replace("{approval_id}", asked.id)
        .replace(/\{session(_id)?\}/, session.thread_id)
        .replace("{thread_id}", route.endsWith("/file") ? thread_id : task.turns[0]!.thread_id)
        .replace("{turn_id}", task.turns[0]!.id)
        .replace(/^(\/(tasks|threads)\/.*\/file)$/, "$1?path=told.txt");
      const answer = await get(server, at);
      expect(found(canaries, answer.text), at).toEqual([]);
      if (routes.includes(`GET ${route}`))
        // What did not leave proves nothing yet.
        expect(answer.status, `${at}: ${answer.text.slice(0, 300)}`).toBe(at.endsWith("/proof") ? 422 : 200);
    }
    // The workspace of a conversation holds what its agent wrote there, until it is deleted.
    await server.client.call("thread/delete", { thread_id });
  });

  it("are in no error, whatever place of a request they came in [req:leaks.errors]", async () => {
    const tried = canaries.map(async ({ name, text }) => {
      const in_path = encodeURIComponent(text);
      const json = (body: string) => ({
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
      const answers = await Promise.all([
        get(server, `/tasks/${in_path}`),
        get(server, `/nowhere?token=${in_path}`),
        get(server, `/tasks?cursor=${in_path}`),
        get(server, "/tasks", json(`{"prompt": "${name}", ${JSON.stringify(text)}: 1}`)),
        get(server, "/tasks", json(JSON.stringify({ prompt: "x", project: text }))),
        get(server, "/tasks", json(JSON.stringify({ prompt: "x", agent: text }))),
        get(server, "/tasks", json(`{"prompt": ${JSON.stringify(text)}`)),
        get(server, "/projects", json(JSON.stringify({ root: `${dir}/${text}` }))),
        get(
          server,
          "/projects",
          json(JSON.stringify({ root: path.join(dir, "repo"), id: "b", base_branch: text })),
        ),
        get(
          server,
          "/projects",
          json(JSON.stringify({ root: path.join(dir, "repo"), id: "c", validation: text })),
        ),
      ]);
      for (const [index, answer] of answers.entries()) {
        expect(answer.status, `${name} ${index}`).toBeGreaterThanOrEqual(400);
        expect(found(canaries, answer.text), `${name} ${index}`).toEqual([]);
      }
    });
    await Promise.all(tried);
  }, 180_000);

  it("are in no result for a host, be it by MCP or JSON-RPC [req:leaks.answers]", async () => {
    const { id } = task;
    const { id: turn_id, thread_id } = task.turns[0]!;
    const json = { "content-type": "application/json" };
    for (const [method, params] of [
      ["task/get", { task_id: id }],
      ["task/artifacts", { task_id: id }],
      ["event/query", { task_id: id }],
      ["approval/list", {}],
      ["turn/status", { turn_id }],
      ["thread/read", { thread_id }],
      ["task/get", { task_id: canaries.map(({ text }) => text).join(" ") }],
    ] as const) {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
      const answer = await get(server, "/rpc", { method: "POST", body, headers: json });
      expect(answer.status).toBe(200);
      expect(found(canaries, answer.text), method).toEqual([]);
    }
    const accept = { ...json, accept: "application/json, text/event-stream" };
    const clientInfo = { name: "host", version: "1" };
    const hello = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    const post = (body: object, headers = {}) =>
      get(server, "/mcp", { method: "POST", body: JSON.stringify(body), headers: { ...accept, ...headers } });
    const begun = await post({ jsonrpc: "2.0", id: 1, method: "initialize", params: hello });
    const session = { "mcp-session-id": /^mcp-session-id: (.*)$/m.exec(begun.text)![1]! };
    await post({ jsonrpc: "2.0", method: "notifications/initialized" }, session);
    for (const [name, args] of [
      ["task_get", { task_id: id }],
      ["event_query", { task_id: id }],
      ["approval_list", {}],
      ["problem_list", {}],
      ["report_create", {}],
    ] as const) {
      const call = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name, arguments: args } };
      const answer = await post(call, session);
      expect(answer.text, name).toContain('"result"');
      expect(found(canaries, answer.text), name).toEqual([]);
    }
  });

  it("are in no message to a person [req:leaks.told]", () => {
    const told = receiver.received.map(({ body, headers }) => JSON.stringify(headers) + body).join("\n");
    expect(told).toContain(task.id);
    expect(found(canaries, told)).toEqual([]);
  });

  it("are not in what was written of requests, and neither is the token an agent was lent [req:leaks.access-log]", async () => {
    const records = readdirSync(path.join(dataDir(), "logs"))
      .flatMap((name) => readFileSync(path.join(dataDir(), "logs", name), "utf8").split("\n"))
      .filter((line) => line.includes('"msg":"request"'));
    expect(records.join("\n")).toContain('"route":"/tasks/:task_id"');
    expect(records.join("\n")).not.toContain("?");
    expect(found(canaries, records.join("\n"))).toEqual([]);
    const said = JSON.stringify(await server.client.call("task/artifacts", { task_id: task.id }));
    expect(said).toContain("lent: [redacted:task-token] for ");
  });

  it("are in no stream, from the beginning and live [req:leaks.streams]", async () => {
    const ofTask: string[] = [];
    const following = capture(server, `/tasks/${task.id}/stream`, ofTask);
    await server.client.call("task/cancel", { task_id: task.id });
    await following;
    expect(ofTask.join("")).toContain("redacted:");
    expect(found(canaries, ofTask.join(""))).toEqual([]);
    expect(streamed.join("")).toContain("[redacted:");
    expect(found(canaries, streamed.join(""))).toEqual([]);
  });

  it("are in no argument and no environment of a process [req:leaks.processes, safety.f3]", () => {
    expect(sightings.commands.size).toBeGreaterThan(5);
    expect([...sightings.environments].some((text) => text.includes("HARNESS_RUN=att_"))).toBe(true);
    expect(found(canaries, [...sightings.commands].join("\n"))).toEqual([]);
    // The one variable that was set for the agent is in the agent's own environment, and in no other.
    const agents = [...sightings.environments].filter((text) => text.includes("BY_COMMAND="));
    for (const text of agents) expect(text).toContain("HARNESS_RUN=att_");
    const all = [...sightings.environments].join("\n").replaceAll(/BY_COMMAND=[^\0]*/g, "");
    expect(found(canaries, all)).toEqual([]);
  });

  it("cannot be seen by an agent that looks for them, in /proc, in ps or in files [req:leaks.agent-sight, safety.c6, safety.c7]", () => {
    const text = spied.join("\n");
    const own = Object.entries(home).map(([name, needle]) => ({ name, text: needle, needles: [needle] }));
    // Its own workspace holds planted.json, backwards; nothing of this list may come forwards.
    expect(found([...canaries, ...own], text)).toEqual([]);
    const answers = spied.filter((one) => one.startsWith("/tasks=") || one.startsWith("/status="));
    expect(answers.length).toBe(2);
    for (const answer of answers) expect(answer).toMatch(/=401 /);
    for (const file of [
      path.join(dataDir(), "token"),
      ...Object.keys(home).map((name) => path.join(dir, name)),
    ])
      expect(spied.find((one) => one.startsWith(`${file}=`))).toMatch(/=refused /);
  });

  it("are in no file of the data directory, no table, no branch or commit message [req:leaks.stored, safety.f1]", async () => {
    const repo = path.join(dir, "repo");
    const names = userGit(repo, "log", "--all", "--format=%an %ae %B %D");
    expect(found(canaries, names)).toEqual([]);
    if (postgres) expect(found(canaries, await tables(postgres.url))).toEqual([]);
    const seen: string[] = [];
    const look = () => {
      for (const { path: file, directory } of walk(dataDir())) {
        if (directory || path.relative(dataDir(), file) === "token") continue;
        if (/[/\\]objects[/\\]/.test(file)) continue;
        seen.push(path.relative(dataDir(), file));
        // What names a running process goes with it.
        if (!existsSync(file)) continue;
        const bytes = readFileSync(file);
        const text = file.endsWith(".gz") ? gunzipSync(bytes) : bytes;
        expect(found(canaries, text.toString("latin1")), file).toEqual([]);
      }
    };
    look();
    expect(seen).toContain("server.json");
    if (!postgres) expect(seen).toContain("harness.db");
    if (!postgres) expect(seen).toContain("harness.db-wal");
    expect(seen.some((file) => file.startsWith("logs"))).toBe(true);
    expect(seen.some((file) => /^recordings.*[.]gz$/.test(file))).toBe(true);
    expect(found(canaries, server.output())).toEqual([]);
  });

  it("lie in files that only their owner may read, whatever the umask [req:leaks.modes, safety.f2, safety.c9]", () => {
    const open = walk(dataDir()).filter((one) => one.open && !inside(one.path, ["mirrors", "workspaces"]));
    expect(open.map((one) => path.relative(dataDir(), one.path))).toEqual([]);
  });

  function inside(file: string, folders: string[]): boolean {
    return folders.some((folder) => file.startsWith(path.join(dataDir(), folder) + path.sep));
  }
});

it("a database address that is refused shows no password [req:leaks.refused-database]", async () => {
  const dir = testDir("leaks");
  try {
    const password = random();
    const env = { HARNESS_DATABASE_URL: `postgres://harness:${password}@127.0.0.1:1/none` };
    const failure = await startServerProcess({ dir, env }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    if (failure instanceof HarnessError) throw failure;
    expect(String(failure)).not.toContain(password);
    for (const { path: file, directory } of walk(path.join(dir, "data")))
      if (!directory) expect(readFileSync(file, "latin1")).not.toContain(password);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

async function get(
  server: ServerProcess,
  at: string,
  init: { method?: string; body?: string; headers?: Record<string, string> } = {},
) {
  const response = await fetch(`${server.url}${at}`, {
    redirect: "manual",
    ...init,
    headers: { authorization: `Bearer ${server.token}`, ...init.headers },
  });
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  return { status: response.status, text: `${headers}\n${await response.text()}` };
}

/** Collects a stream as it comes over the wire, until it ends. */
async function capture(server: ServerProcess, at: string, into: string[]): Promise<void> {
  const response = await fetch(`${server.url}${at}`, {
    headers: { authorization: `Bearer ${server.token}` },
  });
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body!) into.push(decoder.decode(chunk, { stream: true }));
  } catch {
    // The server was stopped.
  }
}

/** Answers the first question an agent asks. */
async function answerQuestions({ client }: ServerProcess) {
  for (;;) {
    const [asked] = (await client.call("approval/list", { status: "pending" })).data;
    if (asked !== undefined) {
      const answers = Object.fromEntries(asked.questions.map(({ id }) => [id, "yes"]));
      await client.call("approval/respond", { approval_id: asked.id, decision: "answer", answers });
      return asked;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Every row of every table, as text. */
async function tables(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const names = await client.query<{ name: string }>(
      "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'",
    );
    expect(names.rows.length).toBeGreaterThan(10);
    const rows: unknown[] = [];
    for (const { name } of names.rows)
      rows.push((await client.query(`select row_to_json(t)::text as r from ${name} t`)).rows);
    return JSON.stringify(rows);
  } finally {
    await client.end();
  }
}
