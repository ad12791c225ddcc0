import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer, startServing } from "../../src/start-server.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { sseBlocks } from "../support/sse-reader.ts";
import { type TestApp, testApp, testDir } from "../support/test-app.ts";

const lines: string[] = [];

/** A server whose settings come from its file alone. */
function start(dir: string, settings: string): Promise<RunningServer> {
  mkdirSync(dir, { recursive: true });
  const config = path.join(dir, "config.toml");
  writeFileSync(config, settings, { mode: 0o600 });
  return startServer({ ...surroundings(dir, config), stderr: (line) => lines.push(line) });
}

function surroundings(dir: string, config: string) {
  return {
    flags: { config },
    env: { PATH: process.env["PATH"] ?? "" },
    cwd: dir,
    home: dir,
    platform: process.platform,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("settings of the server", () => {
  const token = "an-operators-own-token-0001";
  let dir = "";
  let port = 0;
  let server: RunningServer;
  const call = (at: string, init: RequestInit = {}) =>
    fetch(`${server.url}${at}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    });
  const post = (at: string, body: object) => call(at, { method: "POST", body: JSON.stringify(body) });

  beforeAll(async () => {
    dir = testDir("effects");
    port = await freePort();
    for (const name of ["allowed/one", "allowed/two", "elsewhere"])
      makeRepository(path.join(dir, name), { "a.txt": "a\n" });
    const settings = [
      "[server]",
      `data_dir = "state"`,
      `host = "127.0.0.2"`,
      `port = ${port}`,
      `transport = "stdio"`,
      `api_token = "${token}"`,
      `project_root = "allowed/one"`,
      `allowed_project_roots = ["allowed"]`,
      "max_body_bytes = 2048",
      "rate_limit_per_minute = 40",
      "sse_heartbeat_secs = 1",
      "[[projects]]",
      `name = "second"`,
      `root = "allowed/two"`,
    ];
    server = await start(dir, settings.join("\n"));
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it("server.host, server.port: the server listens there", () => {
    expect(server.url).toBe(`http://127.0.0.2:${port}`);
  });

  it("server.data_dir: what the server owns lies there", () => {
    expect(readdirSync(path.join(dir, "state"))).toContain("server.json");
  });

  it("server.transport: with stdio it listens nowhere and answers on its streams", async () => {
    const config = path.join(dir, "stdio.toml");
    writeFileSync(config, '[server]\ntransport = "stdio"\ndata_dir = "stdio"', { mode: 0o600 });
    const input = new PassThrough();
    const output = new PassThrough();
    const said: string[] = [];
    const options = { ...surroundings(dir, config), stderr: (line: string) => said.push(line) };
    const own = await startServing(options, { input, output });
    if (own.url !== null) throw new Error("it listens");
    input.end('{"jsonrpc":"2.0","id":1,"method":"initialize"}');
    expect(await own.ended).toBe("end of input");
    await own.stop();
    expect(String(output.read())).toContain('"name":"harness"');
    expect(said.join("\n")).not.toContain("listening");
    expect(readdirSync(path.join(dir, "stdio"))).not.toContain("server.json");
  });

  it("server.transport: a server that has no streams says so, and serves HTTP", () => {
    expect(lines.join("\n")).toContain('server.transport = "stdio" is for harness serve alone');
  });

  it("server.api_token: it opens the door, and no other is made", async () => {
    expect((await call("/tasks")).status).toBe(200);
    expect(existsSync(path.join(dir, "state", "token"))).toBe(false);
  });

  it("server.project_root, projects: these are registered at start", async () => {
    const { data } = (await (await call("/projects")).json()) as { data: { name: string }[] };
    expect(data.map(({ name }) => name)).toEqual(["one", "second"]);
  });

  it("server.allowed_project_roots: a project elsewhere is refused", async () => {
    const refused = await post("/projects", { root: path.join(dir, "elsewhere") });
    expect(await refused.json()).toMatchObject({ code: "root_not_allowed" });
  });

  it("server.max_body_bytes: a larger body is refused", async () => {
    expect((await post("/tasks", { project: "second", prompt: "x".repeat(3000) })).status).toBe(413);
  });

  it("server.sse_heartbeat_secs: a quiet stream beats in that time", async () => {
    const begun = performance.now();
    for await (const block of sseBlocks(await call("/events"))) if (block.comment !== undefined) break;
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it("server.rate_limit_per_minute: one request too many is refused", async () => {
    const answers = await Promise.all(Array.from({ length: 41 }, () => call("/tasks")));
    expect(answers.map(({ status }) => status)).toContain(429);
  });

  it("server.http_addr: host and port in one", async () => {
    const other = await start(
      path.join(dir, "other"),
      '[server]\ndata_dir = "state"\nhttp_addr = "127.0.0.3:0"',
    );
    try {
      expect(other.url).toMatch(/^http:\/\/127\.0\.0\.3:\d+$/);
    } finally {
      await other.stop();
    }
  });
});

describe("settings of what is kept", () => {
  let dir = "";
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
  const logs = (app: TestApp) => {
    const folder = path.join(app.dir, "data", "logs");
    return readdirSync(folder)
      .map((name) => `${name}: ${readFileSync(path.join(folder, name), "utf8")}`)
      .join("");
  };

  it("server.log_level, observe.log_retention_days: lesser records and older logs are not there", async () => {
    dir = testDir("effects");
    mkdirSync(path.join(dir, "data", "logs"), { recursive: true, mode: 0o700 });
    mkdirSync(path.join(dir, "data", "lock"), { mode: 0o700 });
    for (const [name, days] of [
      ["harness-serve-1.log", 3],
      ["harness-serve-2.log", 1],
    ] as const) {
      const file = path.join(dir, "data", "logs", name);
      writeFileSync(file, "{}\n", { mode: 0o600 });
      utimesSync(file, daysAgo(days), daysAgo(days));
    }
    const config = '[server]\nlog_level = "error"\n[observe]\nlog_retention_days = 2';
    await using app = await testApp({ dir, start: false, config });
    app.app.logger.warn("a lesser record");
    app.app.logger.error("a record that counts");
    expect(logs(app)).toContain("a record that counts");
    expect(logs(app)).not.toContain("a lesser record");
    expect(logs(app)).not.toContain("harness-serve-1.log");
    expect(logs(app)).toContain("harness-serve-2.log");
  });

  it("observe.event_retention_days: older events are gone, and a feed from before begins anew", async () => {
    dir = testDir("effects");
    {
      await using first = await testApp({ dir });
      expect(await first.app.log.read({ afterSeq: 0 })).not.toEqual([]);
    }
    const clock = { now: () => Date.now() + 3 * 86_400_000 };
    const at = async (app: TestApp) => (await app.app.log.read({ afterSeq: 0 }))[0]?.seq;
    {
      await using kept = await testApp({ dir, clock });
      expect(await at(kept)).toBe(1);
    }
    await using app = await testApp({ dir, clock, config: "[observe]\nevent_retention_days = 2" });
    await expect.poll(() => at(app)).toBeGreaterThan(1);
    await expect.poll(() => app.app.feeds.open({}, 0).status).not.toBe("ok");
  });
});
