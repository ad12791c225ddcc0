import path from "node:path";
import { describe, expect, it } from "vitest";
import { fixedReport, hostile } from "../../../test/support/fixed-report.ts";
import { readMoment } from "../src/commands/moment.ts";
import { wrapped } from "../src/terminal/wrap.ts";
import { fakeServer } from "./support/fake-server.ts";
import { onePage, task, taskId } from "./support/samples.ts";
import { typed } from "./support/typed.ts";

const golden = (name: string) => path.join(import.meta.dirname, "../../../test/golden", name);
const page = { ...fixedReport, markdown: "# page\n" };
const actable = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;
const answers = { "report/create": () => page, "report/get": () => page };

describe("harness report", () => {
  it("shows on a terminal what the file says, line for line, with text beside every colour [req:report.terminal]", async () => {
    await using server = await fakeServer(answers);
    const ran = await typed(["report"], { url: server.url, terminal: true });
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).not.toMatch(actable);
    await expect(ran.out).toMatchFileSnapshot(golden("report.txt"));
    const long = ran.out.split("\n").filter((line) => line.length > 100 && !/harness |claude /.test(line));
    expect(long).toEqual([]);
    const painted = await typed(["report"], {
      url: server.url,
      terminal: true,
      env: { NO_COLOR: "", FORCE_COLOR: "1" },
    });
    expect(painted.out.replace(/\u001b\[\d+m/g, "")).toBe(ran.out);
    expect(painted.out).toContain("\u001b[");
  });

  it("names the base for a branch that conflicts with no other one [req:report.terminal]", async () => {
    const order = page.landing[0]!;
    const alone = { ...order.order[1]!, outcome: "conflicts" as const, with: [], files: ["a.txt"] };
    const report = { ...page, landing: [{ ...order, order: [alone] }] };
    await using server = await fakeServer({ "report/create": () => report });
    const { out } = await typed(["report"], { url: server.url, terminal: true });
    expect(out).toContain("with main in a.txt\n");
  });

  it("writes the exact result as JSON, the page as Markdown, and an earlier report by its id [req:report.json, report.markdown]", async () => {
    await using server = await fakeServer(answers);
    const json = await typed(["report", "--json"], { url: server.url });
    expect(JSON.parse(json.out)).toEqual(page);
    await expect(json.out).toMatchFileSnapshot(golden("report.jsonl"));
    const markdown = await typed(["report", "latest", "--markdown"], { url: server.url });
    expect(markdown.out).toBe("# page\n");
    expect(server.calls.map(({ name }) => name)).toEqual(["report/create", "report/get"]);
    expect(server.calls[1]?.params).toEqual({ report_id: "latest" });
  });

  it("takes times as a person says them [req:report.since]", async () => {
    await using server = await fakeServer(answers);
    await typed(["report", "--since", "8h", "--until", "2026-01-02T04:00:00+01:00", "--project", "app"], {
      url: server.url,
    });
    expect(server.calls[0]?.params).toEqual({
      since: "2026-01-01T19:04:05.000Z",
      until: "2026-01-02T03:00:00.000Z",
      project: "app",
    });
    const wrong = await typed(["report", "--since", "yesterday"], { url: server.url });
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain("--since");
    const both = await typed(["report", "latest", "--since", "8h"], { url: server.url });
    expect(both.code).toBe(2);
    const now = new Date(2026, 0, 2, 7).getTime();
    expect(readMoment("22:00", now, "--since")).toBe(new Date(2026, 0, 1, 22).toISOString());
    expect(readMoment("6:30", now, "--since")).toBe(new Date(2026, 0, 2, 6, 30).toISOString());
    expect(() => readMoment("2026-01-02", now, "--since")).toThrow("--since");
  });

  it("lists the reports there are [req:report.list]", async () => {
    const { id, since, until, automatic, created_at } = fixedReport;
    await using server = await fakeServer({
      "report/list": () => ({ data: [{ id, since, until, automatic, created_at }], page: onePage }),
    });
    const ran = await typed(["reports"], { url: server.url });
    expect(ran.out).toBe(`${id}\t${since}\t${until}\tclock\n`);
  });
});

describe("harness problems", () => {
  const problem = {
    id: `waiting_for_you:${taskId()}`,
    kind: "waiting_for_you" as const,
    task_id: taskId(),
    project_id: "prj_1",
    project: "app",
    account: null,
    title: hostile,
    code: "no_reviewer",
    reason: hostile,
    since: "2026-01-02T03:00:00.000Z",
    thread_id: null,
    age_ms: 3_600_000,
    until: null,
    expires_at: "2026-01-09T03:00:00.000Z",
    commands: [`harness task accept ${taskId()}`],
  };

  it("shows kind, age, reason, limit and the commands that help [req:problems.cli]", async () => {
    await using server = await fakeServer({
      "problem/list": () => ({ data: [problem], page: onePage, cut: true }),
    });
    const ran = await typed(["problems"], { url: server.url, terminal: true });
    expect(ran.out).not.toMatch(actable);
    expect(ran.out).toContain("waiting for you  app: # Not a");
    expect(ran.out).toContain("60 min");
    expect(ran.out).toContain("Fails 2026-01-09 03:00 UTC.");
    expect(ran.out).toContain(`    harness task accept ${taskId()}\n`);
    expect(ran.out).toContain("more problems than are looked at");
    const plain = await typed(["problems", "--kind", "waiting_for_you"], { url: server.url });
    expect(plain.out.split("\t")[0]).toBe("waiting_for_you");
    expect(server.calls[1]?.params).toEqual({ kind: ["waiting_for_you"] });
  });

  it("says when nothing is wrong [req:problems.cli]", async () => {
    await using server = await fakeServer({
      "problem/list": () => ({ data: [], page: onePage, cut: false }),
    });
    const ran = await typed(["problems"], { url: server.url, terminal: true });
    expect(ran.out).toBe("Nothing is wrong.\n");
  });
});

it("a line is broken at spaces, and a longer word stands alone [req:report.terminal]", () => {
  expect(wrapped("one two three", 20)).toEqual(["one two three"]);
  expect(wrapped("a line that is longer than twenty", 20)).toEqual(["a line that is", "longer than twenty"]);
  expect(wrapped(`x ${"y".repeat(30)} z`, 20)).toEqual(["x", "y".repeat(30), "z"]);
});

it("the page of a waiting task says when the wait makes it fail [req:wait.shown]", async () => {
  const waiting = task(taskId(), "waiting");
  const expires_at = "2026-01-09T03:00:00.000Z";
  const block_reason = waiting.block_reason && { ...waiting.block_reason, expires_at };
  await using server = await fakeServer({ "task/get": () => ({ ...waiting, block_reason }) });
  const ran = await typed(["task", "show", taskId()], { url: server.url });
  expect(ran.out).toContain(`fails at\t${expires_at}\n`);
});
