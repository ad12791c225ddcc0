import { BlockReason } from "@harness/protocol";
import { expect, it } from "vitest";
import { getTask, transition } from "../../src/tasks/index.ts";
import { manualClock } from "../support/manual-clock.ts";
import { type World, world } from "./world.ts";

const HOUR = 3_600_000;
const evening = "2026-01-01T22:00:00.000Z";
const limit = "2026-01-02T01:00:00.000Z";
type Code = BlockReason["code"];

/** What a timer or another task ends; anything else waits for a person. */
const byItself: Readonly<Partial<Record<Code, string>>> = {
  dependency: "dependency",
  quota: "timer",
  provider_failing: "timer",
  budget: "timer",
  storage_full: "timer",
};

/** A task for each code there is. Two come by themselves; the others wait as the orchestrator leaves them. */
async function waitForEverything(w: World): Promise<Map<Code, string>> {
  const ids = new Map<Code, string>();
  const first = await w.submit();
  const submit = (more: object = {}) => w.submit({ max_wait_secs: (3 * HOUR) / 1000, ...more });
  ids.set("dependency", await submit({ depends_on: [first] }));
  const failed = await w.submit();
  ids.set("dependency_failed", await submit({ depends_on: [failed] }));
  await w.call("task/cancel", { task_id: failed });
  for (const code of BlockReason.shape.code.options) {
    if (ids.has(code)) continue;
    const id = await submit();
    ids.set(code, id);
    await w.app.log.write(async (tx) => {
      const reason = {
        code,
        message: `waits for ${code}`,
        needs: byItself[code] ?? "person",
        since: new Date(tx.now).toISOString(),
        unblock: [`harness task unblock ${id}`],
        until: null,
        ...(code === "quota" || code === "auth" ? { account: "writer" } : {}),
      };
      await transition(tx, await getTask(tx.db, id), { type: "wait", reason }, "test");
    });
  }
  return ids;
}

it("every wait has a limit, and status, problems and report agree on who must act [req:wait.every-code, wait.total-limit]", async () => {
  const clock = manualClock(evening);
  await using w = await world({ clock, start: false });
  const ids = await waitForEverything(w);
  const waiting = new Map((await w.call("server/status", {})).waiting.map((one) => [one.task_id, one]));
  const problems = new Map((await w.call("problem/list", {})).data.map((one) => [one.task_id, one]));
  const report = await w.call("report/create", {});
  const asked = new Map(report.needs_you.map((one) => [one.task_id, one]));
  const goingOn = new Map(report.going_on.map((one) => [one.task_id, one]));
  for (const [code, id] of ids) {
    const needs = byItself[code] ?? "person";
    const { block_reason } = await w.call("task/get", { task_id: id });
    expect(block_reason, code).toMatchObject({ code, needs, since: evening, expires_at: limit });
    expect(waiting.get(id), code).toMatchObject({ code, needs, unblock: block_reason?.unblock });
    const person = needs === "person";
    expect([asked.has(id), goingOn.has(id)], code).toEqual([person, !person]);
    if (person)
      expect(asked.get(id), code).toMatchObject({
        code,
        expires_at: limit,
        command: block_reason?.unblock[0],
      });
    if (code === "dependency") expect(problems.has(id)).toBe(false);
    else
      expect(problems.get(id), code).toMatchObject({
        code,
        expires_at: limit,
        commands: block_reason?.unblock,
      });
    if (person) expect(problems.get(id)?.kind, code).toBe("waiting_for_you");
  }
  expect(report.counts.needs_you).toBe([...ids.keys()].filter((code) => !(code in byItself)).length);
});
