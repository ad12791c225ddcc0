import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import type { Approval } from "@harness/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { approves, implementer } from "../../server/test/scenarios/world.ts";
import { makeRepository } from "../../server/test/support/git-fixture.ts";
import { type ServerProcess, startServerProcess } from "../../server/test/support/server-process.ts";
import { testDir } from "../../server/test/support/test-app.ts";
import { fakeServer } from "./support/fake-server.ts";
import { onePage, serverStatus, thread } from "./support/samples.ts";
import { typed } from "./support/typed.ts";

const at = "2026-01-02T03:00:00.000Z";
const threadId = "thr_01ARZ3NDEKTSV4RRFFQ69G5FAV";
const hostile = "rm -rf x\u001b[2K\u001b[1A\u202e\r\nsafe\u0007";
const actable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

function approval(parts: Partial<Approval> = {}): Approval {
  return {
    id: "apr_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    project_id: "proj_1",
    thread_id: threadId,
    turn_id: "turn_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    task_id: null,
    agent: "claude",
    kind: "run",
    tool: "Bash",
    summary: hostile,
    command: hostile,
    paths: [],
    input: { command: hostile },
    questions: [],
    action_hash: "a".repeat(64),
    why: "approval profile strict",
    status: "pending",
    scope: null,
    reason: null,
    answers: null,
    decided_by: null,
    on_expiry: "deny",
    expires_at: "2026-01-02T04:00:00.000Z",
    created_at: at,
    decided_at: null,
    consumed_at: null,
    ...parts,
  };
}

const question = approval({
  kind: "question",
  command: null,
  questions: [
    { id: "style", text: "Tabs or spaces?", options: ["tabs", "spaces"] },
    { id: "width", text: "How wide?", options: [] },
  ],
});

describe("what an agent asks", () => {
  it.each([true, false])(
    "is shown whole, with nothing a terminal could act on; a terminal: %s [req:cli.approvals]",
    async (terminal) => {
      const long = approval({ command: `${hostile} ${"x".repeat(500)} end` });
      await using server = await fakeServer({
        "approval/list": () => ({ data: [long, question], page: onePage }),
      });
      const { out, code } = await typed(["approval", "list"], { url: server.url, terminal, columns: 80 });
      expect(code).toBe(0);
      expect(actable.test(out)).toBe(false);
      expect(out).toContain("x".repeat(500));
      expect(out).toContain("approval profile strict");
      if (!terminal) return;
      expect(out).toContain("rm -rf x␛[2K␛[1A�␍\n");
      expect(out).toContain("    expires  2026-01-02 04:00 UTC, then it is denied\n");
      expect(out).toContain(`harness approval respond ${long.id} --allow\n`);
      expect(out).toContain("style: Tabs or spaces?");
      expect(out).toContain("- spaces");
    },
  );

  it("is answered by allowing, denying or saying something [req:cli.approvals]", async () => {
    await using server = await fakeServer({
      "approval/list": () => ({ data: [question], page: onePage }),
      "approval/respond": () => approval({ status: "allowed", scope: "always", decided_by: "operator" }),
      "approval/rules": () => ({ data: [] }),
      "approval/forget_rule": () => ({ forgotten: true }),
    });
    const run = (...words: string[]) => typed(["approval", ...words], { url: server.url });
    const { id } = question;
    const allowed = await run("respond", "last", "--allow", "--scope", "always");
    expect(allowed).toMatchObject({ code: 0, err: "" });
    expect(allowed.out).toContain("scope\talways");
    expect(server.calls.at(-1)?.params).toEqual({ approval_id: id, decision: "allow", scope: "always" });
    await run("respond", id, "--deny", "--reason", "use npm");
    expect(server.calls.at(-1)?.params).toEqual({ approval_id: id, decision: "deny", reason: "use npm" });
    await run("respond", "5FAV", "--answer", "style=a=b", "--answer", "width=80");
    expect(server.calls.at(-1)?.params).toEqual({
      approval_id: id,
      decision: "answer",
      answers: { style: "a=b", width: "80" },
    });
    expect(await run("respond", id)).toMatchObject({ code: 2 });
    expect((await run("respond", id, "--answer", "80")).err).toContain("style, width");
    expect((await run("respond", id, "--answer", "width=80", "--allow")).code).toBe(2);
    expect((await run("rules")).err).toContain("Nothing is allowed for good.");
    expect((await run("forget-rule", `rule_${"0".repeat(26)}`)).err).toContain("is forgotten");
  });

  it("is among what the status shows [req:cli.approvals]", async () => {
    const status = serverStatus({ asked: [approval({ summary: "npm install x" })] });
    await using server = await fakeServer({ "server/status": () => status });
    const plain = await typed(["status"], { url: server.url });
    expect(plain.out).toContain(
      "apr_01ARZ3NDEKTSV4RRFFQ69G5FAV\tclaude\tnpm install x\tharness approval respond",
    );
    const narrow = await typed(["status"], { url: server.url, terminal: true, columns: 80 });
    expect(narrow.out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(narrow.out).toContain("npm install x");
  });
});

it("words reach the newest turn of a thread, however it is named [req:cli.threads]", async () => {
  const turn_id = "turn_01ARZ3NDEKTSV4RRFFQ69G5FAV";
  await using server = await fakeServer({
    "thread/list": () => ({ data: [thread(threadId, turn_id)], page: onePage }),
    "thread/get": () => thread(threadId, turn_id),
    "turn/steer": () => ({ steered: true }),
  });
  for (const name of ["last", "5FAV", threadId, turn_id]) {
    const ran = await typed(["thread", "steer", name, "hurry", "up"], { url: server.url });
    expect(ran).toMatchObject({ code: 0, err: "The agent has the words.\n" });
    expect(server.calls.at(-1)?.params).toEqual({ turn_id, instruction: "hurry up" });
  }
  expect(await typed(["thread", "steer", "last"], { url: server.url })).toMatchObject({ code: 2 });
});

let server: ServerProcess | undefined;
let dir = "";
afterEach(async () => {
  await server?.kill("SIGKILL");
  server = undefined;
  if (dir !== "") rmSync(dir, { recursive: true, force: true });
});

/** Writes, says, fails, or waits for a file, as it is told. */
const scribe = implementer(`
  const words = prompt.trim().split("\\n").at(-1);
  const [, file, text] = /^write (\\S+) (.*)$/.exec(words) ?? [];
  if (file) write(file, text + "\\n");
  if (words === "fail") process.exit(3);
  say("heard: " + words + "\\u001b[2J");
  if (words === "hold") setInterval(() => {}, 1000);`);

describe("talking with an agent, with a real server", () => {
  it("goes from the first words to the end of the thread [req:cli.threads]", async () => {
    dir = testDir("cli-threads");
    const root = makeRepository(path.join(dir, "repo"), { "README.md": "# x\n" });
    server = await startServerProcess({ dir, agents: { scribe } });
    await server.client.call("project/create", { root, id: "app", default: true, validation: "none" });
    const env = { HARNESS_URL: server.url, HARNESS_TOKEN: server.token };
    const harness = (...words: string[]) => typed(["thread", ...words], { env, cwd: dir });

    const started = await harness("start", "--agent", "scribe", "--title", "Notes", "write", "a.txt", "one");
    expect(started).toMatchObject({ code: 0 });
    expect(started.err).toMatch(/thread\tthr_/);
    expect(started.out).toContain("│ heard: write a.txt one");
    expect(actable.test(started.out)).toBe(false);
    expect((await harness("list")).out).toMatch(/^thr_\w+\tidle\tscribe\tNotes\t1\t/);
    expect((await harness("diff", "last")).out).toContain("+one");
    expect((await harness("diff", "last", "--name-only")).out).toBe("a.txt\n");

    expect(await harness("say", "last", "fail")).toMatchObject({ code: 1 });
    const later = await harness("say", "last", "write b.txt two", "--json");
    const lines = later.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type?: string; outcome?: string });
    expect(lines[0]).toMatchObject({ outcome: "started" });
    expect(lines.at(-1)).toMatchObject({ type: "turn.ended" });

    const terminal = await typed(["thread", "say", "last", "aloud"], { env, cwd: dir, terminal: true });
    expect(terminal.out.match(/heard: aloud/g)).toHaveLength(1);
    expect(actable.test(terminal.out)).toBe(false);

    expect((await harness("say", "last", "hold", "--no-follow")).out).toContain("outcome\tstarted");
    expect((await harness("say", "last", "no")).err).toContain("thread_busy");
    const queued = await harness("say", "last", "--queue", "--no-follow", "later");
    const input = /inp_\w+/.exec(queued.err)?.[0] ?? "";
    expect((await harness("queue-edit", input, "much", "later")).out).toContain("much later");
    expect((await harness("queue", "last")).out).toContain(`${input}\tperson\tmuch later`);
    const waits = Promise.withResolvers<void>();
    const onErr = (text: string) => void (text.startsWith("Queued as") && waits.resolve());
    const following = typed(["thread", "say", "last", "--queue", "and then"], { env, cwd: dir, onErr });
    await waits.promise;
    expect((await harness("interrupt", "last")).err).toContain("Interrupted");
    expect((await harness("turn", "last")).out).toContain("status\tcancelled");
    expect((await harness("queue-remove", input)).err).toContain("Taken out");
    expect((await harness("resume", "last")).code).toBe(0);
    const heard = await following;
    expect(heard).toMatchObject({ code: 0 });
    expect(heard.out).toContain("heard: and then");

    const shown = await harness("show", "last");
    const turns = shown.out.split("\n").filter((line) => line.startsWith("turn_"));
    expect(turns.map((line) => line.split("\t")[1])).toEqual([
      "completed",
      "failed",
      "completed",
      "completed",
      "cancelled",
      "completed",
    ]);
    expect((await harness("items", "last", "--limit", "2")).err).toContain("--after-seq");
    expect((await harness("fork", "last", "--title", "Other")).out).toContain("title\tOther");
    expect((await harness("compact", "last")).code).toBe(0);
    expect((await harness("rollback", "last", "beginning")).err).toContain("--yes");
    const notes = (await server.client.call("thread/list", {})).data.find(({ title }) => title === "Notes");
    const back = await harness("rollback", notes?.id ?? "", "beginning", "--yes");
    expect(back.err).toContain("Forgotten: turn_");
    expect((await harness("delete", notes?.id ?? "", "--yes")).err).toContain("Deleted.");
    expect((await harness("show", notes?.id ?? "")).err).toContain("thread_not_found");
  }, 180_000);

  it("has a checkpoint proven as a task, and each names the other [req:cli.prove]", async () => {
    dir = testDir("cli-prove");
    const root = makeRepository(path.join(dir, "repo"), { "README.md": "# x\n" });
    server = await startServerProcess({ dir, agents: { scribe, critic: approves } });
    const exists = { name: "exists", argv: ["test", "-f", "a.txt"] };
    await server.client.call("project/create", { root, id: "app", default: true, validation: [exists] });
    const env = { HARNESS_URL: server.url, HARNESS_TOKEN: server.token };
    const harness = (...words: string[]) => typed(words, { env, cwd: dir });
    expect((await harness("thread", "prove", "nobody")).code).toBe(2);

    const started = await harness("thread", "start", "--agent", "scribe", "--title", "Notes");
    const thread = /thr_\w+/.exec(started.out)?.[0] ?? "";
    const early = await harness("thread", "prove", "last");
    expect(early.err).toContain("nothing_to_prove");
    expect(await harness("thread", "say", "last", "write a.txt one")).toMatchObject({ code: 0 });
    const turn = /^turn\t(turn_\w+)/m.exec((await harness("thread", "turn", "last")).out)?.[1] ?? "";
    await harness("thread", "say", "last", "write a.txt two");

    const proven = await harness("thread", "prove", "last", "--turn", turn);
    expect(proven).toMatchObject({ code: 0 });
    expect(proven.out).toContain("status\tqueued");
    const task = /^task\t(task_\w+)/m.exec(proven.out)?.[1] ?? "";
    expect(proven.err).toContain(`harness task watch ${task}`);
    expect(await harness("task", "watch", task)).toMatchObject({ code: 0 });
    const { branch } = await server.client.call("task/get", { task_id: task });
    expect(execFileSync("git", ["-C", root, "show", `${branch}:a.txt`], { encoding: "utf8" })).toBe("one\n");
    expect((await harness("thread", "show", thread)).out).toContain(`proven by\t${task} done ${branch}`);
    const again = JSON.parse((await harness("thread", "prove", thread, "--json")).out);
    expect(again).toMatchObject({ status: "queued", checkpoint: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(again.task_id).not.toBe(task);
  }, 180_000);
});
