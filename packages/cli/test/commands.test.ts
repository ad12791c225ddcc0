import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { fakeServer, Refusal } from "./support/fake-server.ts";
import {
  onePage,
  ownFile,
  project,
  proof,
  proposal,
  task,
  taskEvent,
  taskId,
  tasks,
} from "./support/samples.ts";
import { typed } from "./support/typed.ts";

const id = taskId("AAAA");
const created: string[] = [];
afterEach(() => {
  for (const dir of created.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** A directory that looks like a repository. */
function repository(): string {
  const dir = mkdtempSync(path.join(tmpdir(), "harness-cli-repo-"));
  created.push(dir);
  mkdirSync(path.join(dir, ".git"));
  return dir;
}

const hostile = 'x\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\r\n{"level":"info"}';
const actable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

describe("--json", () => {
  it("writes exactly the operation's result [req:cli.json]", async () => {
    const result = task(id, "done");
    await using server = await fakeServer({ "task/get": () => result });
    const ran = await typed(["task", "show", id, "--json"], { url: server.url });
    const written: unknown = JSON.parse(ran.out);
    expect(written).toEqual(result);
    expect(ran).toMatchObject({ code: 0, err: "" });
  });

  it("writes the problem document on a refusal and exits 2 [req:cli.json, cli.errors]", async () => {
    await using server = await fakeServer({
      "task/cancel": () => {
        throw new Refusal({
          code: "illegal_transition",
          status: 409,
          detail: "It is done.",
          hint: "Retry it.",
        });
      },
    });
    const ran = await typed(["task", "cancel", id, "--json"], { url: server.url });
    const written: unknown = JSON.parse(ran.out);
    expect(written).toMatchObject({ code: "illegal_transition", status: 409, detail: "It is done." });
    expect(ran.code).toBe(2);
  });
});

describe("a failure", () => {
  it("is one line with code, field and hint, and no stack [req:cli.errors]", async () => {
    await using server = await fakeServer({
      "task/create": () => {
        throw new Refusal({
          code: "capability_missing",
          status: 400,
          detail: `No issues yet.${hostile}`,
          field: "issue",
          hint: "Use a prompt.",
        });
      },
    });
    const ran = await typed(["task", "submit", "--issue", "3"], { url: server.url });
    expect(ran.code).toBe(2);
    expect(ran.err.split("\n")).toHaveLength(3);
    expect(ran.err).toMatch(
      /^error: No issues yet\..* \[issue\] \(capability_missing\)\n {2}Use a prompt\.\n$/,
    );
    expect(actable.test(ran.err)).toBe(false);
    expect(ran.out).toBe("");
  });

  it("of the server is exit code 1 [req:cli.errors]", async () => {
    await using server = await fakeServer({
      "server/status": () => {
        throw new Refusal({ code: "internal", status: 500, detail: "The log has the cause." });
      },
    });
    expect((await typed(["status"], { url: server.url })).code).toBe(1);
  });

  it("to reach a server says where it was looked for [req:cli.errors]", async () => {
    const none = await typed(["status"], { env: { HARNESS_DATA_DIR: "/nowhere" } });
    expect(none).toMatchObject({ code: 1, out: "" });
    expect(none.err).toContain("No server is running for the data directory /nowhere. (no_server)");
    const gone = await typed(["status"], { url: "http://127.0.0.1:1" });
    expect(gone.err).toContain("The server at http://127.0.0.1:1 does not answer");
  });

  it.each([
    [["task", "list", "--limit", "1e3"], "--limit"],
    [["task", "list", "--limit", "501"], "--limit"],
    [["task", "list", "--status", "finished"], "--status"],
    [["task", "show", "../etc"], "task id"],
    [["task", "shwo", id], "Did you mean show"],
    [["task", "show", id, "extra"], "too many arguments"],
    [["task", "submit", "x", "--no-such"], "--no-such"],
    [["project", "set", "repo", "--validation", "a | b"], "--validation"],
  ])("of typing, %j, is exit code 2 and names what is wrong [req:cli.errors]", async (argv, named) => {
    await using server = await fakeServer({ "project/get": () => project("/r") });
    const ran = await typed(argv, { url: server.url });
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(named);
    expect(ran.err).not.toMatch(/\n\s+at /);
  });
});

describe("text of others", () => {
  const shows: [string[], RegExp][] = [
    [["task", "show", id], /waits/],
    [["task", "list"], /waiting/],
    [["task", "proof", id], /passed/],
    [["task", "prompts", id], /turn 1/],
    [["task", "artifacts", id], /diff/],
    [["task", "diff", id], /x/],
    [["task", "logs", id], /queued/],
    [["project", "list"], /repo/],
    [["login"], /http/],
  ];
  it.each(shows)("cannot act on the terminal through %j [req:cli.neutral]", async (argv, shown) => {
    const at = "2026-01-02T03:00:00.000Z";
    await using server = await fakeServer({
      "task/get": () => task(id, "waiting", hostile),
      "task/list": () => tasks(task(id, "waiting", hostile)),
      "task/proof": () => proof(id, hostile),
      "task/prompts": () => [
        { task_id: id, turn: 1, turn_id: "t", phase: "implement", round: 1, prompt: hostile, created_at: at },
      ],
      "task/artifacts": () => [
        { task_id: id, turn: 1, artifact_type: "diff", content: hostile, created_at: at },
      ],
      "task/diff": () => ({
        since: "base",
        task_id: id,
        base: null,
        head: null,
        files: [],
        patch: `+${hostile}\n`,
        cut: false,
      }),
      "event/query": () => ({ data: [taskEvent(1, id, hostile)], last_seq: 1, has_more: false }),
      "project/list": () => ({ data: [{ ...project(hostile), name: `repo${hostile}` }], page: onePage }),
      "auth/login_code": () => ({ url: `http://x/${hostile}`, expires_at: at }),
    });
    const ran = await typed(argv, { url: server.url, terminal: true });
    expect(ran.out).toMatch(shown);
    expect(actable.test(ran.out)).toBe(false);
  });
});

describe("a task", () => {
  it("can be named by the end of its id or by last [req:cli.task-names]", async () => {
    const other = taskId("BBBB");
    await using server = await fakeServer({
      "task/list": ({ limit }) =>
        tasks(...(Number(limit) === 1 ? [task(other, "done")] : [task(other, "done"), task(id, "done")])),
      "task/cancel": ({ task_id }) => ({ task_id, status: "cancelled" }),
    });
    expect((await typed(["task", "cancel", id.slice(-6).toLowerCase()], { url: server.url })).out).toContain(
      id,
    );
    expect((await typed(["task", "cancel", "last"], { url: server.url })).out).toContain(other);
    const none = await typed(["task", "cancel", "ZZZZZ"], { url: server.url });
    expect(none).toMatchObject({ code: 2 });
    expect(none.err).toContain("task_not_found");
  });

  it("is shown as bare words when piped and with its glyph on a terminal [req:cli.readable]", async () => {
    await using server = await fakeServer({ "task/list": () => tasks(task(id, "waiting")) });
    const piped = await typed(["task", "list"], { url: server.url });
    expect(piped.out).toBe(`${id}\twaiting\trepo\tplain\tplain\t+2 -3\t\t2026-01-02T03:00:00.000Z\n`);
    const shown = await typed(["task", "list"], { url: server.url, terminal: true });
    expect(shown.out).toContain("◆ waiting");
    expect(shown.out).toContain("4 min ago");
  });

  it("has its change piped byte for byte [req:cli.diff-piped]", async () => {
    const patch = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\u001b[0m\n+b\tc\r\n";
    await using server = await fakeServer({
      "task/diff": () => ({
        since: "base",
        task_id: id,
        base: null,
        head: null,
        files: [],
        patch,
        cut: false,
      }),
    });
    expect((await typed(["task", "diff", id], { url: server.url })).out).toBe(patch);
  });

  it("has all its events listed, page after page [req:cli.logs]", async () => {
    await using server = await fakeServer({
      "event/query": ({ after_seq }) => {
        const from = Number(after_seq ?? 0);
        return { data: [taskEvent(from + 1, id), taskEvent(from + 2, id)], last_seq: 6, has_more: from < 4 };
      },
    });
    const ran = await typed(["task", "logs", id], { url: server.url });
    expect(ran.out.split("\n").map((line) => line.split("\t")[0])).toEqual([
      "1",
      "2",
      "3",
      "4",
      "5",
      "6",
      "",
    ]);
    expect(ran.out).toContain("task.queued\tqueued: plain (submitted)");
  });
});

describe("task watch", () => {
  it("goes on after a lost connection and ends with the task's exit code [req:cli.watch]", async () => {
    const seen: (string | undefined)[] = [];
    const frame = (seq: number, item: object) => `id: ${seq}\ndata: ${JSON.stringify(item)}\n\n`;
    await using server = await fakeServer({ "task/get": () => task(id, "failed") }, (response, lastId) => {
      seen.push(lastId);
      if (seen.length === 1) {
        response.write(frame(7, { type: "warning", message: `first${hostile}` }), () => response.destroy());
        return;
      }
      response.write(frame(8, { type: "warning", message: "second" }));
      response.end(`data: ${JSON.stringify({ type: "done", status: "failed" })}\n\n`);
    });
    const ran = await typed(["task", "watch", id], { url: server.url });
    expect(seen).toEqual([undefined, "7"]);
    expect(ran.out).toMatch(/warning: first.*\n.*warning: second/);
    expect(actable.test(ran.out)).toBe(false);
    expect(ran.code).toBe(5);
  });

  it("writes one item a line with --json [req:cli.watch]", async () => {
    await using server = await fakeServer({}, (response) => {
      response.end(`data: ${JSON.stringify({ type: "done", status: "budget_exhausted" })}\n\n`);
    });
    const ran = await typed(["task", "watch", id, "--json"], { url: server.url });
    expect(ran).toMatchObject({ code: 6, out: '{"type":"done","status":"budget_exhausted"}\n' });
  });
});

describe("project add", () => {
  it("shows what it found and registers after a yes [req:cli.project-add]", async () => {
    const root = repository();
    await using server = await fakeServer({
      "project/detect": () => proposal(root),
      "project/create": () => project(root),
    });
    const seat = { url: server.url, cwd: root, terminal: true };
    const no = await typed(["project", "add"], { ...seat, answers: ["nope"] });
    expect(no.err).toContain("npm test");
    expect(no.code).toBe(2);
    expect(server.calls.map(({ name }) => name)).toEqual(["project/detect"]);
    const yes = await typed(
      ["project", "add", "--validation", "make check", "--no-review", "--setup", "npm ci"],
      {
        ...seat,
        answers: ["y"],
      },
    );
    expect(yes.code).toBe(0);
    expect(server.calls.at(-1)?.params).toEqual({
      id: "repo",
      root,
      validation: [{ name: "make check", argv: ["make", "check"] }],
      review: { enabled: false },
      setup: [["npm", "ci"]],
    });
  });

  it("refuses where nobody can be asked and says what to type [req:cli.project-add]", async () => {
    const root = repository();
    await using server = await fakeServer({ "project/detect": () => proposal(root) });
    const ran = await typed(["project", "add", root], { url: server.url });
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(`harness project add ${root} --yes`);
  });

  it("asks by itself about the repository's own settings [req:cli.project-file]", async () => {
    const root = repository();
    await using server = await fakeServer({
      "project/detect": () => proposal(root, ownFile),
      "project/create": () => project(root),
    });
    const seat = { url: server.url, cwd: root };
    const unasked = await typed(["project", "add", "--yes"], seat);
    expect(unasked.err).toContain(`harness project approve repo --sha256 ${ownFile.sha256}`);
    expect(server.calls.at(-1)?.params).toEqual({ id: "repo", root });
    const asked = await typed(["project", "add"], { ...seat, terminal: true, answers: ["yes", "y"] });
    expect(asked.err).toContain("make check");
    expect(actable.test(asked.err)).toBe(false);
    expect(server.calls.at(-1)?.params).toEqual({ id: "repo", root, approve_file_sha256: ownFile.sha256 });
  });
});

describe("harness token", () => {
  it("prints the token, and login a URL [req:cli.token]", async () => {
    await using server = await fakeServer({
      "auth/login_code": () => ({
        url: "http://127.0.0.1:1/login?code=abc",
        expires_at: "2026-01-02T03:00:00.000Z",
      }),
    });
    expect(await typed(["token"], { url: server.url })).toMatchObject({ code: 0, out: "fake-token\n" });
    expect((await typed(["login"], { url: server.url })).out).toBe("http://127.0.0.1:1/login?code=abc\n");
    expect(await typed(["token"], { env: { HARNESS_DATA_DIR: "/nowhere" } })).toMatchObject({
      code: 1,
      out: "",
    });
  });
});
