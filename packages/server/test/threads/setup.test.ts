import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import type { Result } from "@harness/protocol";
import { describe, expect, it, vi } from "vitest";
import { implementer, type World, world } from "../scenarios/world.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { testDir } from "../support/test-app.ts";

/** Says what setup left in its workspace, and the last line it was told. */
const looks = implementer(`
  const seen = ["ready.txt", "deps/made.txt"].filter((file) => fs.existsSync(file));
  const [, file] = /write (\\S+)/.exec(prompt) ?? [];
  if (file) write(file, "mine\\n");
  say("sees: " + seen.join(" ") + (prompt.includes("setup did not succeed") ? " and was warned" : ""));`);

const node = (code: string) => ["node", "-e", code];
const makes = node("require('fs').writeFileSync('ready.txt', 'x'); console.log('made ready')");
const agents = { looks };

async function start(w: World): Promise<string> {
  return (await w.call("thread/start", { project: "app", agent: "looks" })).thread_id;
}

async function said(w: World, thread_id: string, input: string): Promise<Result<"turn/status">> {
  const turn_id = (await w.call("turn/start", { thread_id, input })).turn_id ?? "";
  await w.event((event) => event.type === "turn.ended" && event.turn_id === turn_id);
  return w.call("turn/status", { turn_id });
}

const wordsOf = ({ items }: Result<"turn/status">) =>
  items.find(({ kind, role }) => kind === "message" && role !== "user")?.text;
const setups = (w: World, thread_id: string) =>
  w.app.log.read({ afterSeq: 0, filter: { thread_id, types: ["thread.set_up"] } });

describe("the setup of a project in a conversation", () => {
  it("runs once in its workspace, as items of the turn, and again after a rollback and in a fork [req:thread.setup]", async () => {
    await using w = await world({ agents, project: { setup: [makes] } });
    const thread_id = await start(w);
    const first = await said(w, thread_id, "look, then write mine.txt");
    expect(first).toMatchObject({ status: "completed" });
    expect(first.items).toMatchObject([
      { kind: "message", role: "user" },
      { kind: "command", name: "setup", exit_code: 0, output: "made ready" },
      { kind: "message" },
    ]);
    expect(wordsOf(first)).toBe("sees: ready.txt");
    expect((await said(w, thread_id, "look")).items.some(({ name }) => name === "setup")).toBe(false);
    expect(await setups(w, thread_id)).toMatchObject([{ data: { ok: true, cached: false, message: null } }]);
    // What setup made is nobody's work; what the agent made is.
    const { patch } = await w.call("thread/diff", { thread_id });
    expect(patch).toContain("mine.txt");
    expect(patch).not.toContain("ready.txt");
    await w.call("thread/rollback", { thread_id, to_turn: null });
    expect(wordsOf(await said(w, thread_id, "look"))).toBe("sees: ready.txt");
    const fork = await w.call("thread/fork", { thread_id });
    expect(wordsOf(await said(w, fork.thread_id, "look"))).toBe("sees: ready.txt");
    expect([await setups(w, thread_id), await setups(w, fork.thread_id)].map((all) => all.length)).toEqual([
      2, 1,
    ]);
  });

  it("that fails is said, to the agent too, and the conversation goes on; resume has it tried again [req:thread.setup-failed]", async () => {
    const fails = node(
      "if (!require('fs').existsSync('mend.txt')) { console.error('no network'); process.exit(3) }",
    );
    await using w = await world({ agents, project: { setup: [makes, fails] } });
    const thread_id = await start(w);
    const turn = await said(w, thread_id, "look, then write mend.txt");
    expect(turn).toMatchObject({ status: "completed" });
    expect(wordsOf(turn)).toBe("sees: ready.txt and was warned");
    const [warned] = await w.app.log.read({ afterSeq: 0, filter: { thread_id, types: ["turn.warning"] } });
    expect(JSON.stringify(warned)).toContain("failed (exit code 3)");
    expect(JSON.stringify(warned)).toContain("no network");
    expect(JSON.stringify(warned)).toContain(`harness thread resume ${thread_id}`);
    // Nobody waits for it anew with every turn.
    expect(wordsOf(await said(w, thread_id, "look"))).toBe("sees: ready.txt");
    expect(await setups(w, thread_id)).toMatchObject([{ data: { ok: false } }]);
    await w.call("thread/resume", { thread_id });
    await said(w, thread_id, "look");
    expect((await setups(w, thread_id)).map(({ data }) => data)).toMatchObject([{ ok: false }, { ok: true }]);
    expect((await w.call("thread/diff", { thread_id })).patch).toContain("mend.txt");
  });

  it("is not waited for by words that only look, and comes from the cache where tasks' does [req:thread.setup]", async () => {
    const makesDeps = node(
      "require('fs').mkdirSync('deps'); require('fs').writeFileSync('deps/made.txt', 'x')",
    );
    await using w = await world({ agents, project: { setup: [makesDeps], cache_dirs: ["deps"] } });
    const talk = await start(w);
    expect(await said(w, talk, "what branch am I on?")).toMatchObject({ agent: "deterministic" });
    expect(await setups(w, talk)).toEqual([]);
    const first = await start(w);
    await said(w, first, "look");
    const other = await start(w);
    expect(wordsOf(await said(w, other, "look"))).toBe("sees: deps/made.txt");
    expect(await setups(w, first)).toMatchObject([{ data: { cached: false } }]);
    expect(await setups(w, other)).toMatchObject([{ data: { ok: true, cached: true } }]);
  });

  it("is ended with its turn, leaves no process, and begins anew with the next [req:thread.setup]", async () => {
    const waits = node(
      "const fs = require('fs'); if (fs.existsSync('../../go')) process.exit(0); fs.writeFileSync('begun', ''); setInterval(() => {}, 1000)",
    );
    await using w = await world({ agents, project: { setup: [waits] } });
    const thread_id = await start(w);
    const turn_id = (await w.call("turn/start", { thread_id, input: "look" })).turn_id ?? "";
    await w.event((event) => event.type === "item.started" && event.turn_id === turn_id);
    await w.call("turn/cancel", { turn_id });
    const turn = await w.call("turn/status", { turn_id });
    expect(turn).toMatchObject({ status: "cancelled" });
    expect(wordsOf(turn)).toBeUndefined();
    expect(await setups(w, thread_id)).toEqual([]);
    // What it had made is nobody's work.
    expect((await w.call("thread/diff", { thread_id })).files).toEqual([]);
    await w.call("project/update", { project: "app", setup: [makes] });
    expect(wordsOf(await said(w, thread_id, "look"))).toBe("sees: ready.txt");
    expect(existsSync(w.path("data", "workspaces", thread_id))).toBe(true);
  });

  it("that died with its server is nobody's work, and runs again [req:thread.setup]", async () => {
    const dir = testDir("setup");
    const repo = makeRepository(path.join(dir, "repo"), { "README.md": "# x\n" });
    const hangs = node("require('fs').writeFileSync('begun.txt', ''); setInterval(() => {}, 1000)");
    let server: ServerProcess = await startServerProcess({ dir, agents });
    try {
      await server.client.call("project/create", { root: repo, id: "app", setup: [hangs] });
      const { thread_id } = await server.client.call("thread/start", { project: "app", agent: "looks" });
      const { turn_id } = await server.client.call("turn/start", { thread_id, input: "look" });
      const made = path.join(dir, "data", "workspaces", thread_id);
      await vi.waitFor(
        () => expect(readdirSync(made, { recursive: true }).map(String).join(" ")).toContain("begun.txt"),
        { timeout: 30_000 },
      );
      await server.kill("SIGKILL");
      server = await startServerProcess({ dir, agents });
      const feed = server.client.stream("thread", { thread_id, after_seq: 0 });
      for await (const { event } of feed)
        if (event.type === "turn.ended" && event.turn_id === turn_id) {
          expect(event.data).toMatchObject({ status: "failed", failure: { code: "crashed" } });
          break;
        }
      const thread = await server.client.call("thread/get", { thread_id });
      expect(thread.turn_history[0]?.commit).toBe(thread.base_sha);
      await server.client.call("project/update", { project: "app", setup: [makes] });
      const again = await server.client.call("turn/start", { thread_id, input: "look" });
      for await (const { event } of server.client.stream("thread", { thread_id, after_seq: 0 }))
        if (event.type === "turn.ended" && event.turn_id === again.turn_id) break;
      const turn = await server.client.call("turn/status", { turn_id: again.turn_id ?? "" });
      expect(wordsOf(turn)).toBe("sees: ready.txt");
      expect((await server.client.call("thread/diff", { thread_id })).files).toEqual([]);
    } finally {
      await server.kill("SIGKILL");
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
