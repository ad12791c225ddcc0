import path from "node:path";
import { HarnessClient } from "@harness/client";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, it } from "vitest";
import { answerOf, revisions } from "../../server/test/mcp/host-world.ts";
import { approves, sumCheck, sumFiles, writesSum } from "../../server/test/scenarios/world.ts";
import { makeRepository } from "../../server/test/support/git-fixture.ts";
import { type Machine, machine } from "./support/installed.ts";

const program = path.join(import.meta.dirname, "..", "bin", "harness.js");

/** A host that starts `harness mcp` as hosts do: a command, its arguments, its variables. */
async function connect(at: Machine, revision: (typeof revisions)[number], env: Record<string, string> = {}) {
  const host = new Client(
    { name: "test-host", version: "1.0.0" },
    revision === "2026-07-28" ? { versionNegotiation: { mode: { pin: revision } } } : {},
  );
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, "mcp"],
    env: { PATH: process.env["PATH"] ?? "", HOME: at.dir, HARNESS_DATA_DIR: at.path("data"), ...env },
    stderr: "pipe",
  });
  await host.connect(transport);
  return { host, transport, [Symbol.asyncDispose]: () => host.close() };
}

async function serving(at: Machine, port = "0") {
  const server = at.start(at.dir, "serve", "--port", port);
  const url = await server.said(/Harness is listening on (\S+)/);
  await server.said("Log in with a browser");
  return { server, url };
}

describe("harness mcp", () => {
  it.each(revisions)(
    "carries a task from submission to proof for a host that speaks %s [req:mcp.stdio]",
    async (revision) => {
      await using at = machine({ writer: writesSum, critic: approves });
      const { url } = await serving(at);
      const root = makeRepository(at.path("repo"), sumFiles);
      const token = (await at.run(at.dir, "token")).out.trim();
      await new HarnessClient({ url, token }).call("project/create", {
        root,
        id: "app",
        validation: [sumCheck],
      });
      await using connected = await connect(at, revision);
      const { host } = connected;
      expect((await host.listTools()).tools.map(({ name }) => name)).toContain("task_create");
      const { task_id } = answerOf(
        await host.callTool({ name: "task_create", arguments: { prompt: "Make sum add", project: "app" } }),
      );
      const told: string[] = [];
      const waited = await host.callTool(
        { name: "task_wait", arguments: { task_id, timeout_secs: 60 } },
        { timeout: 90_000, onprogress: ({ message }) => told.push(message ?? "") },
      );
      expect(answerOf(waited)).toMatchObject({ settled: true, task: { status: "done" } });
      expect(told.join("\n")).toContain("writer works");
      const uri = `harness://tasks/${String(task_id)}/diff`;
      expect(JSON.stringify(await host.readResource({ uri }))).toContain("a + b");
    },
  );

  it("says how to start a server when none runs, and nothing on standard output [req:mcp.stdio-no-server]", async () => {
    await using at = machine();
    const { code, out, err } = await at.run(at.dir, "mcp");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("harness up");
  });

  it("ends with its host [req:mcp.stdio]", async () => {
    await using at = machine();
    await serving(at);
    // Standard input is closed after the first message.
    const first = { jsonrpc: "2.0", id: 1, method: "ping" };
    const { code, out } = await at.feed(at.dir, `${JSON.stringify(first)}\n`, "mcp-server");
    expect(code).toBe(0);
    for (const line of out.split("\n").filter(Boolean))
      expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
  });

  it.each(revisions)(
    "finds a server that was started again, for a host that speaks %s [req:mcp.stdio-restart]",
    async (revision) => {
      await using at = machine();
      const { server } = await serving(at);
      await using connected = await connect(at, revision);
      const { host } = connected;
      const status = async () => answerOf(await host.callTool({ name: "server_status" }))["pid"];
      const before = await status();
      server.kill("SIGTERM");
      await server.ended;
      const refused = await host.callTool({ name: "server_status" }).catch((error: unknown) => String(error));
      expect(refused).toContain("harness up");
      await serving(at);
      expect(await status()).not.toBe(before);
    },
  );

  it("may be given a token that may do less [req:mcp.stdio]", async () => {
    await using at = machine();
    const { url } = await serving(at);
    const made = await at.run(at.dir, "token", "create", "reader", "--scope", "read");
    expect(made.err).toContain("harness token revoke reader");
    await using connected = await connect(at, "2025-11-25", {
      HARNESS_URL: url,
      HARNESS_TOKEN: made.out.trim(),
    });
    const names = (await connected.host.listTools()).tools.map(({ name }) => name);
    expect(names).toContain("task_list");
    expect(names).not.toContain("task_create");
    const listed = await at.run(at.dir, "token", "list");
    expect(listed.out).toContain("reader");
    expect(listed.out).not.toContain(made.out.trim());
    await at.run(at.dir, "token", "revoke", "reader");
    await expect(connected.host.listTools()).rejects.toThrow();
  });
});
