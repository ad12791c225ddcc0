import { describe, expect, it } from "vitest";
import { getTask, transition } from "../../src/tasks/index.ts";
import { manualClock } from "../support/manual-clock.ts";
import { approves, implementer, type World, world, writesSum } from "./world.ts";

const DAY = 86_400_000;
const evening = "2026-01-01T22:00:00.000Z";
const at = (ms: number) => new Date(Date.parse(evening) + ms).toISOString();

/** A wait that a timer ends again, as an account whose quota is used up makes it. */
async function waitAgain(w: World, id: string, until: number) {
  await w.app.log.write(async (tx) => {
    const task = await getTask(tx.db, id);
    const since = new Date(tx.now).toISOString();
    const reason = {
      code: "quota" as const,
      message: "Usage limit reached.",
      needs: "quota",
      since,
      unblock: [`harness task unblock ${id}`],
      until: new Date(until).toISOString(),
      account: "writer",
    };
    await transition(tx, task, { type: "wait", reason }, "test", { not_before: until });
  });
}

describe.each(["sqlite", "postgres"] as const)("a wait on %s", (database) => {
  it("ends when its total limit is reached: the task fails, says what it waited for and keeps its work [req:wait.total-limit]", async () => {
    const clock = manualClock(evening);
    await using w = await world({ clock, database, project: { validation: [] } });
    const waiting = await w.run({ max_wait_secs: 3600 });
    expect(waiting.block_reason).toMatchObject({
      code: "no_validation",
      since: evening,
      expires_at: at(3_600_000),
    });
    clock.advance(3_599_999);
    expect((await w.call("task/get", { task_id: waiting.id })).status).toBe("waiting");
    clock.advance(1);
    await w.event((event) => event.type === "task.ended" && event.task_id === waiting.id);
    const ended = await w.call("task/get", { task_id: waiting.id });
    expect(ended).toMatchObject({
      status: "failed",
      error: { code: "wait_expired" },
      head_sha: waiting.head_sha,
      block_reason: null,
      finished_at: at(3_600_000),
    });
    expect(ended.error?.message).toContain("for no_validation");
    expect(waiting.head_sha).not.toBeNull();
    await w.call("task/retry", { task_id: waiting.id });
    const again = await w.event(
      (event) => event.type === "task.waiting" && Date.parse(event.at) > Date.parse(evening),
    );
    expect(again.data).toMatchObject({ block_reason: { expires_at: at(2 * 3_600_000) } });
  });

  it("ends for a task that waits for another, and a retry waits for it again [req:wait.total-limit]", async () => {
    const clock = manualClock(evening);
    await using w = await world({ clock, database, project: { validation: [] } });
    const first = await w.run();
    const second = await w.submit({ depends_on: [first.id], max_wait_secs: 60 });
    expect((await w.call("task/get", { task_id: second })).block_reason).toMatchObject({
      code: "dependency",
      expires_at: at(60_000),
    });
    clock.advance(60_000);
    await w.event((event) => event.type === "task.ended" && event.task_id === second);
    expect((await w.call("task/get", { task_id: second })).error?.code).toBe("wait_expired");
    await w.call("task/retry", { task_id: second });
    expect(await w.call("task/get", { task_id: second })).toMatchObject({
      status: "waiting",
      block_reason: { code: "dependency", expires_at: at(120_000) },
    });
  });
});

it("goes on counting over pauses for the same cause, and begins anew for another, for new work and for a person [req:wait.same-cause]", async () => {
  const clock = manualClock(evening);
  await using w = await world({ clock, start: false });
  const id = await w.submit();
  const reason = async () => (await w.call("task/get", { task_id: id })).block_reason;
  const resume = () =>
    w.app.log.write(async (tx) =>
      transition(tx, await getTask(tx.db, id), { type: "unblock", by: "timer" }, "timer"),
    );
  await waitAgain(w, id, clock.now() + DAY);
  expect(await reason()).toMatchObject({ since: evening, expires_at: at(7 * DAY) });
  clock.advance(DAY);
  await resume();
  await waitAgain(w, id, clock.now() + DAY);
  expect(await reason()).toMatchObject({ since: evening, expires_at: at(7 * DAY), until: at(2 * DAY) });
  await w.call("task/unblock", { task_id: id });
  await waitAgain(w, id, clock.now() + DAY);
  expect(await reason()).toMatchObject({ since: at(DAY), expires_at: at(8 * DAY) });
  clock.advance(DAY);
  await resume();
  await w.app.log.write(({ db }) =>
    db
      .updateTable("tasks")
      .set({ head_sha: "a".repeat(40) })
      .where("id", "=", id)
      .execute(),
  );
  await waitAgain(w, id, clock.now() + DAY);
  expect(await reason()).toMatchObject({ since: at(2 * DAY), expires_at: at(9 * DAY) });
});

it("limits waits that an older version stored, counted from the start that found them [req:wait.old-rows]", async () => {
  const clock = manualClock(evening);
  const { dir, id } = await (async () => {
    const w = await world({ clock, start: false });
    const id = await w.submit();
    await waitAgain(w, id, clock.now() + 100 * DAY);
    const old = { ...(await w.call("task/get", { task_id: id })).block_reason, expires_at: undefined };
    await w.app.log.write(({ db }) =>
      db
        .updateTable("tasks")
        .set({ wait_expires_at: null, wait_cause: null, block_reason: JSON.stringify(old) })
        .execute(),
    );
    await w.app.stop();
    return { dir: w.dir, id };
  })();
  clock.advance(30 * DAY);
  await using w = await world({ clock, dir, agents: { writer: writesSum, critic: approves } });
  expect((await w.call("task/get", { task_id: id })).block_reason).toMatchObject({
    since: evening,
    expires_at: at(37 * DAY),
  });
  clock.advance(7 * DAY);
  await w.event((event) => event.type === "task.ended" && event.task_id === id);
  expect((await w.call("task/get", { task_id: id })).error?.code).toBe("wait_expired");
});

it("is not what a running task is under [req:wait.total-limit]", async () => {
  const clock = manualClock(evening);
  const slow = implementer(`say("begun"); setInterval(() => {}, 1000);`);
  await using w = await world({ clock, agents: { slow, critic: approves } });
  const id = await w.submit({ max_wait_secs: 1 });
  await w.event((event) => event.type === "message.delta" && event.task_id === id);
  clock.advance(3_600_000);
  expect((await w.call("task/get", { task_id: id })).status).toBe("implementing");
  await w.call("task/cancel", { task_id: id });
});
