import { execFileSync } from "node:child_process";
import { chownSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { operations } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRepository } from "../support/git-fixture.ts";
import { testDir } from "../support/test-app.ts";
import { type TestServer, testServer } from "../support/test-server.ts";

describe("over the network", () => {
  let server: TestServer;
  let elsewhere = "";
  beforeAll(async () => {
    elsewhere = testDir("elsewhere");
    server = await testServer();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(elsewhere, { recursive: true, force: true });
  });

  it("nothing sets an executable, an MCP server or a part of the server [req:safety.a10]", async () => {
    for (const at of [
      "/config",
      "/mcp/servers",
      "/rules",
      "/rule/load",
      "/skills",
      "/skill/create",
      "/agents/claude",
    ])
      for (const body of [{ cli_path: "/tmp/x" }, { command: "sh", args: ["-c", "id"] }])
        expect((await server.post(at, body)).status, at).toBeGreaterThanOrEqual(404);
    const root = path.join(server.dir, "repo");
    for (const field of [
      "cli_path",
      "command",
      "argv",
      "mcp_servers",
      "env",
      "sandbox",
      "executable",
      "hooks",
      "base_url",
    ])
      for (const [at, body] of [
        ["/projects", { root, id: "x", [field]: "/tmp/x" }],
        ["/tasks", { project: "app", prompt: "x", [field]: "/tmp/x" }],
      ] as const) {
        const answer = await server.post(at, body);
        expect(answer.status, `${at} ${field}`).toBe(400);
        expect(await answer.text()).toContain(field);
      }
    // No parameter of any operation is one: what is started is the operator's file alone.
    const names = Object.values(operations).flatMap((row) => Object.keys(row.params.shape));
    expect(
      names.filter((name) => /^(cli_path|executable|mcp_servers|base_url|config|data_dir)$/.test(name)),
    ).toEqual([]);
    expect(readFileSync(path.join(server.dir, "config.toml"), "utf8")).not.toContain("/tmp/x");
  });

  it("a project's root is a repository in an allowed directory, by its real path, and of this user [req:safety.a10]", async (ctx) => {
    const refused = async (root: string, code: string) => {
      const answer = await server.post("/projects", { root, id: "bad" });
      expect(await answer.json(), root).toMatchObject({ code });
    };
    makeRepository(path.join(elsewhere, "repo"), { "a.txt": "a\n" });
    symlinkSync(path.join(elsewhere, "repo"), path.join(server.dir, "link"));
    mkdirSync(path.join(server.dir, ".ssh"));
    mkdirSync(path.join(server.dir, "plain"));
    await refused("/", "root_not_allowed");
    await refused(os.tmpdir(), "root_not_allowed");
    await refused(path.join(elsewhere, "repo"), "root_not_allowed");
    await refused(path.join(server.dir, "link"), "root_not_allowed");
    await refused(
      path.join(server.dir, "repo", "..", "..", path.basename(elsewhere), "repo"),
      "root_not_allowed",
    );
    await refused("~/.ssh", "not_a_repository");
    await refused(path.join(server.dir, ".ssh"), "not_a_repository");
    await refused(path.join(server.dir, "plain"), "not_a_repository");
    await refused("relative", "not_a_repository");
    if (process.getuid?.() !== 0) ctx.skip("only root can give a repository to another user");
    const foreign = makeRepository(path.join(server.dir, "foreign"), { "a.txt": "a\n" });
    execFileSync("chown", ["-R", "65534:65534", foreign]);
    await refused(foreign, "root_not_allowed");
    chownSync(foreign, 0, 0);
  });

  it("there is no forwarder: no path behind the server's own, no server id, and no tool with a path in its name [req:safety.e5]", async () => {
    for (const at of [
      "/api/mcp",
      "/api/mcp/x/tools/call",
      "/api/mcp/..%2f..%2fetc/passwd",
      "/api/mcp/http:%2f%2f169.254.169.254/",
      "/mcp/x",
    ])
      for (const init of [
        {},
        { method: "POST", body: "{}", headers: { "content-type": "application/json" } },
      ]) {
        const answer = await server.fetch(at, init);
        expect(answer.status, at).toBe(404);
        expect(await answer.text()).not.toContain(server.token);
      }
    const accept = { accept: "application/json, text/event-stream" };
    const hello = {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "x", version: "1" },
    };
    const begun = await server.post(
      "/mcp",
      { jsonrpc: "2.0", id: 1, method: "initialize", params: hello },
      accept,
    );
    const session = { ...accept, "mcp-session-id": begun.headers.get("mcp-session-id")! };
    await begun.text();
    for (const name of [
      "../../etc/passwd",
      "server/tool",
      "x__tool",
      "task_get/../token_rotate",
      "token_rotate",
    ]) {
      const call = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name, arguments: {} } };
      const text = await (await server.post("/mcp", call, session)).text();
      expect(text, name).toMatch(/"isError":true|"error":/);
      expect(text).not.toContain(server.token);
    }
    await server.client.call("server/status", {});
  });
});

it("links planted in the system's temporary directory and where the server writes are not followed [req:safety.c9]", async () => {
  const dir = testDir("planted");
  const victim = path.join(dir, "victim");
  writeFileSync(victim, "untouched");
  mkdirSync(path.join(dir, "tmp"), { mode: 0o777 });
  const names = ["response.md", "harness", "claude", "codex", "server.json", "token"];
  for (const name of names) symlinkSync(victim, path.join(dir, "tmp", name));
  const before = process.umask(0);
  try {
    await using server = await testServer({
      agents: {
        plain: {
          source:
            'require("node:fs").readFileSync(0); require("node:fs").writeFileSync("b.txt", "b"); console.log("ok");',
        },
      },
      config: "[agents.review]\nenabled = false",
      env: { TMPDIR: path.join(dir, "tmp") },
    });
    const root = makeRepository(path.join(server.dir, "other"), { "a.txt": "a\n" });
    await server.client.call("project/create", { root, id: "other", validation: "none" });
    const { task_id } = await server.client.call("task/create", {
      project: "other",
      agent: "plain",
      prompt: "x",
    });
    for (;;) {
      const { status } = await server.client.call("task/get", { task_id });
      if (status === "done") break;
      expect(["failed", "waiting"]).not.toContain(status);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // A link in the place of the token is refused by the next start, as one others could choose the token by.
    await expect(
      server.restart(async () => {
        rmSync(path.join(server.dataDir, "token"));
        symlinkSync(victim, path.join(server.dataDir, "token"));
      }),
    ).rejects.toThrow("is a link");
  } finally {
    process.umask(before);
  }
  expect(readFileSync(victim, "utf8")).toBe("untouched");
  expect(
    execFileSync("ls", [path.join(dir, "tmp")], { encoding: "utf8" })
      .trim()
      .split("\n")
      .sort(),
  ).toEqual(names.sort());
  rmSync(dir, { recursive: true, force: true });
});
