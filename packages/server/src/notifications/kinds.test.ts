import { type BlockReason, type Event, type EventType, eventData, eventTypes } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { type About, concernsPeople, noticeOf, obsoleteKeys } from "./kinds.ts";

const task = { id: "task_1", title: "Fix it", branch: "harness/fix" };
const at = "2026-01-01T00:00:00.000Z";
const reason: BlockReason = {
  code: "no_validation",
  message: "Nobody said how.",
  needs: "person",
  since: at,
  unblock: ["harness task accept task_1"],
  until: null,
};

function event<T extends EventType>(type: T, data: unknown, actor = "harness"): Event {
  const scope = { project_id: "proj_1", task_id: "task_1", thread_id: null, turn_id: null };
  return { seq: 7, at, actor, ...scope, type, data: eventData[type].parse(data) } as Event;
}
const about = (before?: Event): About => ({ task, project: "app", before });
const told = (one: Event, before?: Event) => noticeOf(one, about(before));
const waiting = (more: Partial<BlockReason>, actor?: string) =>
  told(event("task.waiting", { block_reason: { ...reason, ...more } }, actor));
const ended = (status: string, error: object | null = null) => told(event("task.ended", { status, error }));

const started = event("server.started", { pid: 1, version: "1", epoch: "1" });
const full = event("storage.full", { reserve_freed: true });
const failing = event("account.parked", {
  ...{ account: "claude", message: "It failed.", until: at, wake: at, cause: "failures" },
});
const stopped = event("account.stopped", { account: "claude", message: "Expired.", fix: "claude /login" });

/** Every event a person may be told of. All others are nobody's business. */
const asked = {
  id: "apr_1",
  project_id: "proj_1",
  thread_id: "thr_1",
  turn_id: "turn_1",
  task_id: "task_1",
  agent: "claude",
  kind: "run",
  tool: "Bash",
  summary: "touch a",
  command: "touch a",
  paths: [],
  input: null,
  questions: [],
  action_hash: "0".repeat(64),
  why: "approval profile strict",
  status: "pending",
  scope: null,
  reason: null,
  answers: null,
  decided_by: null,
  on_expiry: "deny",
  expires_at: null,
  created_at: at,
  decided_at: null,
  consumed_at: null,
};
const warned = {
  ...{ scope: "agent", budget: "nightly", mode: "enforce", percent: 80, why: "80 %.", until: at },
} as const;
const tellable: Partial<Record<EventType, string | undefined>> = {
  "server.started": told(started, started)?.kind,
  "task.waiting": waiting({})?.kind,
  "task.ended": ended("done")?.kind,
  "account.stopped": told(stopped)?.kind,
  "budget.reached": told(event("budget.reached", { scope: "night", why: "5 USD.", until: at }))?.kind,
  "budget.warned": told(event("budget.warned", warned))?.kind,
  "account.parked": told(failing)?.kind,
  "storage.full": told(full)?.kind,
  "report.created": told(event("report.created", { report_id: "rpt_1", since: at, until: at }))?.kind,
  "approval.requested": told(event("approval.requested", { approval: asked }))?.kind,
};

describe("what an event means to a person", () => {
  it("is decided for every type of event in one place [req:notify.kinds]", () => {
    expect(tellable).toEqual({
      "server.started": "broken",
      "task.waiting": "needs_you",
      "task.ended": "done",
      "account.stopped": "needs_you",
      "budget.reached": "over_budget",
      "budget.warned": "over_budget",
      "account.parked": "broken",
      "storage.full": "broken",
      "report.created": "report",
      "approval.requested": "needs_you",
    });
    const silent = { type: "x", data: { from: "queued" } };
    const heard = eventTypes.filter((type) => concernsPeople({ ...silent, type } as unknown as Event));
    expect(heard.toSorted()).toEqual(
      [...Object.keys(tellable), "account.woken", "approval.decided"].toSorted(),
    );
  });

  it("names the budget that is used up or nearly so, and says of a shadow one that it stops nothing [req:notify.kinds, budget.warnings, budget.shadow]", () => {
    const { mode: _, percent: __, ...reached } = { ...warned };
    const title = (data: object) => told(event("budget.reached", data))?.title;
    expect(title({ ...reached, mode: "enforce" })).toBe("The budget nightly is used up");
    expect(title({ ...reached, mode: "shadow" })).toBe(
      "The budget nightly is used up (shadow: nothing is stopped)",
    );
    expect(title({ scope: "project", why: "x", until: at })).toBe("The budget of app is used up");
    expect(told(event("budget.warned", warned))?.title).toBe("80 % of the budget of Fix it is used");
    const nobodys = noticeOf(event("budget.warned", warned), {
      task: undefined,
      project: "app",
      before: undefined,
    });
    expect(nobodys?.title).toBe("80 % of the budget nightly is used");
  });

  it("tells of an account that fails again and again once while it lasts, and never of a used-up quota [req:notify.kinds, breaker.visible]", () => {
    expect(told(failing, failing)).toBeNull();
    expect(told(failing, stopped)?.commands).toContain("harness agent resume claude");
    expect(told({ ...failing, data: { ...failing.data, cause: "quota" } } as Event)).toBeNull();
  });

  it("names what an agent asks with the commands that answer it [req:notify.kinds]", () => {
    const notice = told(event("approval.requested", { approval: asked }));
    expect(notice?.body).toBe("touch a");
    expect(notice?.commands[0]).toBe("harness approval respond apr_1 --allow");
  });

  it("names the report that is ready, and is silent to whoever asked for it [req:notify.kinds]", () => {
    const made = { report_id: "rpt_1", since: at, until: at };
    expect(told(event("report.created", made, "timer"))?.commands).toEqual(["harness report rpt_1"]);
    expect(told(event("report.created", made, "person"))).toBeNull();
  });

  it.each([
    ["done", "done"],
    ["no_change", "done"],
    ["failed", "broken"],
    ["budget_exhausted", "over_budget"],
    ["cancelled", undefined],
  ])("a task that ended %s is %s [req:notify.kinds]", (status, kind) => {
    expect(ended(status)?.kind).toBe(kind);
  });

  it("a wait needs a person when it says so; a dead letter is broken; a login is asked for by its account [req:notify.kinds, notify.once]", () => {
    expect(waiting({ needs: "timer", code: "quota" })).toBeNull();
    expect(waiting({ needs: "dependency", code: "dependency" })).toBeNull();
    expect(waiting({ code: "dead_letter" })?.kind).toBe("broken");
    expect(waiting({ code: "auth", account: "claude" })).toBeNull();
    expect(waiting({ code: "auth" })?.kind).toBe("needs_you");
    expect(waiting({ unblock: [] })?.commands).toEqual(["harness task show task_1"]);
  });

  it("is the same for the same attempt and reason, another for the next [req:notify.once]", () => {
    const key = (more: Partial<BlockReason>, actor?: string) => waiting(more, actor)?.key;
    const later = "2026-01-01T01:00:00.000Z";
    expect(key({}, "att_1")).toBe(key({ since: later }, "att_1"));
    expect(key({}, "att_1")).not.toBe(key({}, "att_2"));
    expect(key({}, "att_1")).not.toBe(key({ code: "no_reviewer" }, "att_1"));
    expect(key({})).not.toBe(key({ since: later }));
  });

  it("is nothing new while it lasts [req:notify.once]", () => {
    const orderly = event("server.stopped", { reason: "SIGTERM" });
    expect([told(started), told(started, orderly)]).toEqual([null, null]);
    expect(told(full, full)).toBeNull();
    expect(told(full, event("storage.recovered", { free_bytes: 1 }))?.kind).toBe("broken");
    expect(told(stopped, stopped)).toBeNull();
    expect(told(stopped, event("account.woken", { account: "claude", tasks: 0, by: "x" }))).not.toBeNull();
  });

  it("is not told any more once somebody handled it [req:notify.once]", () => {
    const moved = (from: string) => event("task.status_changed", { from, to: "queued", reason: "x" });
    const prefix = obsoleteKeys(moved("waiting"));
    expect(waiting({})?.key.startsWith(prefix ?? "none")).toBe(true);
    expect(obsoleteKeys(moved("implementing"))).toBeNull();
    const woken = obsoleteKeys(event("account.woken", { account: "claude", tasks: 0, by: "x" }));
    expect(told(stopped)?.key.startsWith(woken ?? "none")).toBe(true);
  });
});
