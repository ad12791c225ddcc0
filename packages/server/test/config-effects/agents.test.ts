import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import path from "node:path";
import type { AgentState } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approves, implementer, reviewer, type World, world, writesSum } from "../scenarios/world.ts";
import { type TestApp, testApp, testDir } from "../support/test-app.ts";
import { program } from "./support.ts";

describe("settings of the vendors' programs", () => {
  let app: TestApp;
  let agents: Map<string, AgentState>;

  beforeAll(async () => {
    const dir = testDir("effects");
    const says = (text: string) => `console.log(${JSON.stringify(text)})`;
    const config = [
      "[agents.claude]",
      `cli_path = ${JSON.stringify(program(dir, "my-claude", says("2.1.77 (Claude Code)")))}`,
      `default_model = "model-of-claude"`,
      `config_dir = "claude-login"`,
      "[agents.codex]",
      `cli_path = ${JSON.stringify(program(dir, "my-codex", says("codex-cli 0.169.5")))}`,
      `default_model = "model-of-codex"`,
      `home = "codex-login"`,
      "[agents.command.own]",
      `argv = [${JSON.stringify(process.execPath)}]`,
      "[agents.acp.opencode]",
      `argv = [${JSON.stringify(program(dir, "my-opencode", says("1.18.99")))}, "acp"]`,
      `model = "model-of-opencode"`,
    ];
    mkdirSync(path.join(dir, "claude-login"));
    mkdirSync(path.join(dir, "codex-login"));
    const login = {
      claudeAiOauth: { accessToken: "a", refreshToken: "b", expiresAt: Date.now() + 9e6, scopes: [] },
    };
    writeFileSync(path.join(dir, "claude-login", ".credentials.json"), JSON.stringify(login));
    writeFileSync(path.join(dir, "codex-login", "auth.json"), JSON.stringify({ OPENAI_API_KEY: "sk-test" }));
    app = await testApp({ dir, start: false, config: config.join("\n") });
    agents = new Map((await app.call("agent/list", {})).agents.map((agent) => [agent.name, agent]));
  });
  afterAll(async () => {
    await app?.[Symbol.asyncDispose]();
    rmSync(app.dir, { recursive: true, force: true });
  });

  it("agents.claude.cli_path, agents.codex.cli_path: these programs are asked", () => {
    expect(agents.get("claude")).toMatchObject({
      installed: true,
      version: expect.stringContaining("2.1.77"),
    });
    expect(agents.get("codex")).toMatchObject({
      installed: true,
      version: expect.stringContaining("0.169.5"),
    });
  });

  it("agents.claude.default_model, agents.codex.default_model: these models are shown first", () => {
    expect(agents.get("claude")?.models[0]).toBe("model-of-claude");
    expect(agents.get("codex")?.models[0]).toBe("model-of-codex");
  });

  it("agents.claude.config_dir, agents.codex.home: the logins are found there", () => {
    expect(agents.get("claude")).toMatchObject({ logged_in: true });
    expect(agents.get("codex")).toMatchObject({ logged_in: true });
  });

  it("agents.command: the operator's own program is an agent", () => {
    expect(agents.get("own")).toMatchObject({ kind: "command", installed: true });
  });

  it("agents.acp: an agent that speaks ACP is one of this server's", () => {
    expect(agents.get("opencode")).toMatchObject({
      kind: "acp",
      version: "1.18.99",
      models: ["model-of-opencode"],
    });
  });
});

describe("the way Codex is spoken to", () => {
  // Says how it was started, and does nothing else: no Codex.
  const source = `
    const args = process.argv.slice(2);
    if (args.includes("--version")) console.log("codex-cli 0.169.0 (scripted)");
    else if (args.includes("--help")) console.log("Usage: codex app-server [OPTIONS]");
    else { console.error("unexpected status 401: started as " + args[0]); process.exit(1); }`;

  it.each([
    ["", "app-server"],
    ['mode = "app-server"', "app-server"],
    ['mode = "exec"', "exec"],
  ])("agents.codex.mode: %s starts %s", async (setting, started) => {
    const dir = testDir("codex-mode");
    const cli_path = `cli_path = ${JSON.stringify(program(dir, "my-codex", source))}`;
    mkdirSync(path.join(dir, ".codex"));
    writeFileSync(path.join(dir, ".codex", "auth.json"), JSON.stringify({ OPENAI_API_KEY: "sk-test" }));
    const config = ["[agents.review]", "require = false", "[agents.codex]", cli_path, setting].join("\n");
    await using w = await world({ dir, agents: {}, config });
    const task = await w.run({ agent: "codex" });
    expect(task.block_reason?.message).toContain(`started as ${started}`);
    rmSync(dir, { recursive: true, force: true });
  });
});

describe("variables the operator sets", () => {
  // Says what it was given, and does nothing else: no agent of a vendor.
  const source = `
    if (process.argv.includes("--version")) console.log("2.1.77 0.169.0 (scripted)");
    else { console.error("unexpected status 401: MINE is " + process.env.MINE); process.exit(1); }`;

  it("agents.claude.set_env, agents.codex.set_env: the programs get them, and a key among them is a login", async () => {
    const dir = testDir("set-env");
    const config = ["[agents.review]", "require = false"];
    for (const [agent, key] of [
      ["claude", "ANTHROPIC_API_KEY"],
      ["codex", "CODEX_API_KEY"],
    ])
      config.push(
        `[agents.${agent}]`,
        `cli_path = ${JSON.stringify(program(dir, `my-${agent}`, source))}`,
        `[agents.${agent}.set_env]`,
        `MINE = "mine-of-${agent}"`,
        `${key} = "env:MY_KEY"`,
      );
    await using w = await world({
      dir,
      agents: {},
      config: config.join("\n"),
      env: { MY_KEY: "key-0123456789" },
    });
    for (const agent of ["claude", "codex"]) {
      const task = await w.run({ agent });
      expect(task.block_reason?.message).toContain(`MINE is mine-of-${agent}`);
    }
    const { agents } = await w.call("agent/list", {});
    const loggedIn = agents.filter(({ logged_in }) => logged_in === true).map(({ name }) => name);
    expect(loggedIn).toEqual(expect.arrayContaining(["claude", "codex"]));
    rmSync(dir, { recursive: true, force: true });
  });
});

describe("settings of model endpoints", () => {
  let server: Server;
  let w: World;
  const requests: { url: string; headers: IncomingHttpHeaders; body: Record<string, unknown> }[] = [];

  beforeAll(async () => {
    // Writes down what it was asked and lets nobody in, so that a turn ends at once.
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        requests.push({ url: request.url ?? "", headers: request.headers, body: JSON.parse(text) });
        response.writeHead(401, { "content-type": "application/json" }).end('{"error":{"message":"no"}}');
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const config = [
      "[agents.anthropic_api]",
      `base_url = "${url}/anthropic"`,
      `default_model = "model-a"`,
      "max_tokens = 111",
      `api_key = "key-of-anthropic"`,
      "[agents.openai_api]",
      `base_url = "${url}/openai"`,
      `default_model = "model-o"`,
      "max_tokens = 222",
      `api_key = "key-of-openai"`,
    ];
    w = await world({ agents: {}, config: config.join("\n") });
    const ids = [await w.submit({ agent: "anthropic_api" }), await w.submit({ agent: "openai_api" })];
    for (const id of ids) expect((await w.settled(id)).status).toBe("waiting");
  });
  afterAll(async () => {
    await w?.[Symbol.asyncDispose]();
    server?.close();
  });

  it("agents.anthropic_api.base_url, agents.anthropic_api.default_model, agents.anthropic_api.max_tokens, agents.anthropic_api.api_key: the request has them", () => {
    const asked = requests.find(({ url }) => url.startsWith("/anthropic/"));
    expect(asked?.body).toMatchObject({ model: "model-a", max_tokens: 111 });
    expect(asked?.headers["x-api-key"]).toBe("key-of-anthropic");
  });

  it("agents.openai_api.base_url, agents.openai_api.default_model, agents.openai_api.max_tokens, agents.openai_api.api_key: the request has them", () => {
    const asked = requests.find(({ url }) => url.startsWith("/openai/"));
    expect(asked?.body).toMatchObject({ model: "model-o" });
    expect([asked?.body["max_tokens"], asked?.body["max_completion_tokens"]]).toContain(222);
    expect(asked?.headers.authorization).toBe("Bearer key-of-openai");
  });
});

describe("settings of review", () => {
  const objects = reviewer(`answer("changes_requested", [finding("medium")]);`);

  it("agents.default_agent, agents.review.enabled: that agent works and nobody reviews", async () => {
    const config = '[agents]\ndefault_agent = "zed"\n[agents.review]\nenabled = false';
    await using w = await world({ agents: { anna: writesSum, zed: writesSum, critic: approves }, config });
    const task = await w.run();
    expect(task).toMatchObject({ status: "done", review: { state: "waived" } });
    expect(task.turns.map(({ agent }) => agent)).toEqual(["zed"]);
  });

  it("agents.review.require: without it, work goes on when nobody can review", async () => {
    await using w = await world({
      agents: { writer: writesSum },
      config: "[agents.review]\nrequire = false",
    });
    const task = await w.run();
    expect(task).toMatchObject({ status: "done", review: { state: "waived" }, accepted: [] });
    expect(task.stages.find(({ stage }) => stage === "review")?.detail).toContain(
      "The operator lets such work go on",
    );
  });

  it("agents.review.reviewer_agent, agents.review.max_rounds: that agent reviews, that often", async () => {
    const config = '[agents.review]\nreviewer_agent = "zed"\nmax_rounds = 1';
    await using w = await world({ agents: { writer: writesSum, anna: approves, zed: objects }, config });
    const task = await w.run();
    expect(task).toMatchObject({ status: "waiting", block_reason: { code: "review_limit" } });
    expect(task.block_reason?.message).toContain("after 1 rounds");
    expect(task.review_history.map(({ agent }) => agent)).toEqual(["zed"]);
  });

  it("agents.review.allow_same_agent: the author reviews its own work, and that is shown", async () => {
    const { source } = implementer(
      `if (prompt.startsWith("Role: reviewer")) answer("approved"); else write("sum.js", "module.exports = (a, b) => a + b;\\n");`,
    );
    const config = "[agents.review]\nallow_same_agent = true";
    await using w = await world({ agents: { both: { source } }, config });
    expect(await w.run()).toMatchObject({
      status: "done",
      review_history: [{ agent: "both", independent: false }],
    });
  });
});
