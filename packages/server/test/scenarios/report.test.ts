import { describe, expect, it } from "vitest";
import { makeRepository } from "../support/git-fixture.ts";
import { manualClock } from "../support/manual-clock.ts";
import { approves, implementer, sumCheck, sumFiles, world } from "./world.ts";

const evening = "2026-01-01T22:00:00.000Z";
const HOUR = 3_600_000;
const rows = (word: string) => `one\n${word}\nthree\n`;

/** Writes the right sum, and what its prompt asks for. */
const writer = implementer(`
write("sum.js", "module.exports = (a, b) => a + b;\\n");
if (prompt.includes("Breaks")) process.exit(3);
if (prompt.includes("Left")) write("a.txt", ${JSON.stringify(rows("left"))});
if (prompt.includes("Right")) write("a.txt", ${JSON.stringify(rows("right"))});
if (prompt.includes("Apart")) write("b.txt", "apart\\n");
say("done");
`);

describe.each(["sqlite", "postgres"] as const)("the report on %s", (database) => {
  it("tells what finished with its proof, what needs you, what failed, what it cost, and how it lands [req:report.morning, report.landing-order]", async () => {
    const clock = manualClock(evening);
    await using w = await world({
      clock,
      database,
      agents: { writer, critic: approves },
      files: { ...sumFiles, "a.txt": rows("two"), "b.txt": "b\n" },
      config: '[agents]\ndefault_agent = "writer"\n[night]\ntimezone = "UTC"',
      project: { validation: [sumCheck] },
    });
    const root = makeRepository(w.path("other"), { "b.txt": "b\n" });
    await w.call("project/create", { root, id: "other", validation: [] });
    clock.advance(HOUR);
    const left = await w.run({ project: "app", prompt: "Left *side* [x](http://evil.example)" });
    const right = await w.run({ project: "app", prompt: "Right side" });
    const apart = await w.run({ project: "app", prompt: "Apart", depends_on: [left.id] });
    const unproven = await w.run({ project: "other", prompt: "Apart, unproven" });
    const broken = await w.run({ project: "app", prompt: "Breaks", max_attempts: 1 });
    clock.advance(HOUR);
    const report = await w.call("report/create", { since: evening });
    expect(report).toMatchObject({
      since: evening,
      until: "2026-01-02T00:00:00.000Z",
      project: null,
      automatic: false,
      counts: { finished: 3, needs_you: 1, failed: 1, running: 0, queued: 0, waiting: 0, cancelled: 0 },
      going_on: [],
      accounts: [],
      server: { starts: 1, crashes: 0, started_at: [evening] },
      cut: [],
    });
    expect(report.finished.map(({ task_id }) => task_id)).toEqual([left.id, right.id, apart.id]);
    expect(report.finished[0]).toMatchObject({
      project: "app",
      status: "done",
      branch: left.branch,
      base_branch: "main",
      commit: left.head_sha,
      changes: { files: 2 },
      evidence: {
        state: "passed",
        commit: left.head_sha,
        commands: ["test"],
        counts: { passed: 1, failed: 0, skipped: 0 },
      },
      review: { state: "approved", verdict: "approved", agent: "critic", rounds: 1 },
      grade: left.grade?.letter,
      cost_usd: null,
      attempts: 1,
      landed: null,
      command: `harness task accept ${left.id} --into main`,
    });
    expect(report.needs_you).toMatchObject([
      {
        task_id: unproven.id,
        project: "other",
        code: "no_validation",
        age_ms: HOUR,
        since: "2026-01-01T23:00:00.000Z",
        expires_at: "2026-01-08T23:00:00.000Z",
        command: unproven.block_reason?.unblock[0],
      },
    ]);
    expect(report.failed).toMatchObject([
      {
        task_id: broken.id,
        status: "failed",
        error: { code: "agent_exit" },
        command: `harness task retry ${broken.id}`,
      },
    ]);
    expect(report.spend.total).toMatchObject({ cost_usd: null, cost_known_usd: 0 });
    expect(report.spend.by.map(({ project, agent }) => `${project} ${agent}`)).toEqual([
      "app critic",
      "app writer",
      "other writer",
    ]);
    const [landing] = report.landing;
    expect(landing).toMatchObject({
      project: "app",
      base_branch: "main",
      problem: null,
      complete: true,
      left_out: false,
      already_in_base: [],
    });
    const both = [left.id, apart.id].map((id) => ({ task_id: id, with: right.id, files: ["a.txt"] }));
    expect(landing?.conflicts.map((one) => [one.task_id, one.with].sort())).toEqual(
      expect.arrayContaining(both.map((one) => [one.task_id, one.with].sort())),
    );
    expect(landing?.conflicts).toHaveLength(2);
    expect(landing?.order.map(({ task_id, outcome }) => [task_id, outcome])).toEqual([
      [left.id, "lands"],
      [apart.id, "lands"],
      [right.id, "conflicts"],
    ]);
    expect(landing?.order[2]).toMatchObject({
      with: [left.id, apart.id],
      files: ["a.txt"],
      command: `harness task revise ${right.id} 'Resolve the conflicts with main'`,
    });
    expect(report.finished[1]?.command).toBe(landing?.order[2]?.command);
    expect(report.markdown).toContain("Left \\*side\\* \\[x\\](http:\u2060//evil.example)");
    expect(report.markdown).toContain(`VERIFIED on ${left.head_sha?.slice(0, 10)}: test passed (1 passed`);
    const created = await w.event((event) => event.type === "report.created");
    expect(created.data).toEqual({ report_id: report.id, since: report.since, until: report.until });
    expect(await w.call("report/get", { report_id: report.id })).toEqual(report);
    clock.advance(1);
    const second = await w.call("report/create", { project: "other" });
    expect(second).toMatchObject({ project: "other", counts: { finished: 0, needs_you: 1, failed: 0 } });
    // Unless told, it tells of the night.
    expect(second.since).toBe("2026-01-01T12:00:00.000Z");
    expect(await w.call("report/get", { report_id: "latest" })).toEqual(second);
    const first = await w.call("report/list", { limit: 1 });
    expect(first.data.map(({ id }) => id)).toEqual([second.id]);
    const rest = await w.call("report/list", { limit: 1, cursor: first.page.next_cursor! });
    expect(rest).toMatchObject({ data: [{ id: report.id }], page: { has_more: false } });
  }, 180_000);
});

it("a report refuses times that are no stretch, a project and a report that are not there [req:report.refusals]", async () => {
  await using w = await world({ clock: manualClock(evening), start: false });
  await expect(w.call("report/get", { report_id: "latest" })).rejects.toMatchObject({
    code: "report_not_found",
  });
  await expect(w.call("report/create", { until: "2026-01-01T22:00:01Z" })).rejects.toMatchObject({
    code: "invalid_params",
  });
  await expect(w.call("report/create", { since: evening })).rejects.toMatchObject({
    code: "invalid_params",
  });
  await expect(w.call("report/create", { project: "nothing" })).rejects.toMatchObject({
    code: "project_not_found",
  });
  expect(await w.call("report/create", { since: "2026-01-01T23:30:00+02:00" })).toMatchObject({
    since: "2026-01-01T21:30:00.000Z",
  });
});

it("keeps the newest thousand reports [req:report.bounded]", async () => {
  const clock = manualClock(evening);
  await using w = await world({ clock, start: false });
  const first = await w.call("report/create", {});
  const row = { since: 1, until: 2, automatic: 0, data: JSON.stringify(first), created_at: 3 };
  const copies = Array.from({ length: 999 }, () => ({ ...row, id: w.app.newId("report") }));
  await w.app.log.write(({ db }) => db.insertInto("reports").values(copies).execute());
  expect((await w.call("report/get", { report_id: first.id })).id).toBe(first.id);
  const newest = await w.call("report/create", {});
  await expect(w.call("report/get", { report_id: first.id })).rejects.toMatchObject({
    code: "report_not_found",
  });
  expect((await w.call("report/list", { limit: 1 })).data).toMatchObject([{ id: newest.id }]);
  const { n } = await w.app.storage.reader
    .selectFrom("reports")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .executeTakeFirstOrThrow();
  expect(Number(n)).toBe(1000);
});

it("counts a start without a stop before it as a crash [req:report.crashes]", async () => {
  const clock = manualClock(evening);
  await using w = await world({ clock, start: false });
  const note = (type: "server.started" | "server.stopped") =>
    w.app.log.write((tx) =>
      tx.append(
        type === "server.started"
          ? { type, actor: "harness", data: { pid: 1, version: "1", epoch: "1" } }
          : { type, actor: "harness", data: { reason: "test" } },
      ),
    );
  await note("server.started");
  clock.advance(24 * HOUR);
  for (const type of ["server.started", "server.stopped", "server.started", "server.started"] as const)
    await note(type);
  clock.advance(HOUR);
  const { server } = await w.call("report/create", {});
  expect(server).toMatchObject({ starts: 3, crashes: 2 });
});
