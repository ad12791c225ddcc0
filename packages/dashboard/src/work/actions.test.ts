import type { Task } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { actionsFor } from "./actions.ts";

const task = (part: Partial<Task>): Task =>
  ({
    id: "task_1",
    status: "queued",
    block_reason: null,
    branch: null,
    head_sha: null,
    landed: null,
    discarded_at: null,
    ...part,
  }) as Task;
const offered = (...tasks: Task[]) => actionsFor(tasks).map(({ action }) => action.id);
const waitsFor = (code: NonNullable<Task["block_reason"]>["code"]) =>
  task({
    status: "waiting",
    block_reason: { code, message: "", needs: "person", since: "", unblock: [], until: null },
  });
const head_sha = "0".repeat(40);

describe("what can be done with a task", () => {
  it.each([
    ["waits in the queue", task({}), ["cancel"]],
    ["waits for an answer", waitsFor("approval"), ["cancel"]],
    ["waits for a second agent", waitsFor("no_reviewer"), ["accept", "unblock", "cancel"]],
    ["waits for its account", waitsFor("auth"), ["unblock", "cancel"]],
    ["waits for another task", waitsFor("dependency"), ["cancel"]],
    ["is done", task({ status: "done", branch: "harness/a", head_sha }), ["land", "checkout", "discard"]],
    ["failed with work", task({ status: "failed", head_sha }), ["retry", "checkout", "discard"]],
    ["failed without", task({ status: "failed" }), ["retry"]],
    ["was discarded", task({ status: "done", branch: "a", head_sha, discarded_at: "2026-01-01" }), []],
  ])("is offered when it %s", (_, one, expected) => {
    expect(offered(one)).toEqual(expected);
  });

  it("of several is done with those it applies to", () => {
    const queued = task({});
    const failed = task({ id: "task_2", status: "failed" });
    expect(actionsFor([queued, failed]).map(({ action, tasks }) => [action.id, tasks])).toEqual([
      ["retry", [failed]],
      ["cancel", [queued]],
    ]);
  });

  it("asks first whenever something ends, lands or is deleted", () => {
    const asks = ["land", "accept", "cancel", "discard"];
    const all = actionsFor([
      task({}),
      waitsFor("no_reviewer"),
      task({ status: "done", branch: "a", head_sha }),
      task({ status: "failed", head_sha }),
    ]);
    expect(all.filter(({ action }) => action.confirm !== undefined).map(({ action }) => action.id)).toEqual(
      asks,
    );
  });
});
