import { realpathSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type World, world } from "../scenarios/world.ts";
import { userGit } from "../support/git-fixture.ts";

let w: World;
beforeAll(async () => {
  w = await world();
  userGit(w.root, "branch", "release");
});
afterAll(() => w[Symbol.asyncDispose]());

it("a task begins at the base branch it names, and one that is not there is refused [req:web.new-task.base]", async () => {
  await expect(
    w.call("task/create", { prompt: "Make sum add", base_branch: "nowhere" }),
  ).rejects.toMatchObject({ code: "invalid_ref", details: { field: "base_branch", got: "nowhere" } });
  const main = userGit(w.root, "rev-parse", "main").trim();
  userGit(w.root, "commit", "--allow-empty", "-m", "main goes on");
  const task = await w.run({ base_branch: "release", agent: "writer", reviewer: "critic" });
  expect(task).toMatchObject({ status: "done", base_branch: "release", base_sha: main });
  await w.call("task/accept", { task_id: task.id, into: task.base_branch });
  expect(userGit(w.root, "rev-parse", "release").trim()).toBe(task.head_sha);
});

it("the folder the server was started in is looked at where none is named [req:web.first-run.here]", async () => {
  const asked = w.call("project/detect", {});
  await expect(asked).rejects.toMatchObject({ code: "not_a_repository" });
  expect(await w.call("project/detect", { root: w.root })).toMatchObject({ root: realpathSync(w.root) });
});
