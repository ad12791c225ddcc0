import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type World, world } from "./world.ts";

/** Names git takes and a shell, a terminal or a reader could take for something else. */
const hostile = ["x;id", "x$(id)", "-upload-pack=id", "a‮b", "<img/src=x>", "deadbeef".repeat(5)];

let w: World;
const git = (...args: string[]) =>
  execFileSync("git", args, { cwd: w.root, stdio: "pipe" }).toString().trim();
beforeAll(async () => {
  w = await world({ start: false });
  const tree = git("rev-parse", "main^{tree}");
  const commit = (seconds: number) =>
    execFileSync("git", ["commit-tree", "-p", "main", "-m", "later", tree], {
      cwd: w.root,
      env: {
        PATH: process.env["PATH"],
        GIT_AUTHOR_NAME: "T",
        GIT_AUTHOR_EMAIL: "t@example.invalid",
        GIT_COMMITTER_NAME: "T",
        GIT_COMMITTER_EMAIL: "t@example.invalid",
        GIT_AUTHOR_DATE: `@${seconds} +0000`,
        GIT_COMMITTER_DATE: `@${seconds} +0000`,
      },
    })
      .toString()
      .trim();
  git("update-ref", "refs/heads/release/2", commit(4_000_000_002));
  git("update-ref", "refs/heads/release/1", commit(4_000_000_001));
  for (const name of hostile) git("update-ref", `refs/heads/${name}`, "main");
});
afterAll(() => w[Symbol.asyncDispose]());

it("lists the branches a task can begin at, the newest first and no hostile name among them [req:first.branches]", async () => {
  const all = await w.call("project/branches", { project: "app" });
  expect(all).toMatchObject({ base_branch: "main", has_more: false, left_out: hostile.length });
  expect(all.branches.map(({ name, default: usual }) => [name, usual])).toEqual([
    ["release/2", false],
    ["release/1", false],
    ["main", true],
  ]);
  expect(all.branches[0]).toMatchObject({
    commit: git("rev-parse", "release/2"),
    committed_at: new Date(4_000_000_002_000).toISOString(),
  });
  const some = await w.call("project/branches", { project: "app", limit: 1 });
  expect(some.branches.map(({ name }) => name)).toEqual(["release/2"]);
  expect(some.has_more).toBe(true);
});

it("refuses an unknown base branch in a list and in a batch, where it is named [req:first.base-at-submit]", async () => {
  const text = [{ base_branch: "release/1" }, { base_branch: "nowhere" }, { base_branch: "-x" }]
    .map((more) => JSON.stringify({ prompt: "a", ...more }))
    .join("\n");
  const { problems } = await w.call("task/submit_list", { text, project: "app", dry_run: true });
  expect(problems.map(({ line, field }) => [line, field])).toEqual([
    [2, "base_branch"],
    [3, "base_branch"],
  ]);
  expect(problems[0]?.message).toContain("no local branch nowhere");
  await expect(w.call("task/submit_list", { text, project: "app" })).rejects.toMatchObject({
    code: "list_invalid",
  });
  const defaults = { base_branch: "nowhere" };
  await expect(
    w.call("task/submit_list", { text: "- a\n- b", project: "app", defaults }),
  ).rejects.toMatchObject({ code: "list_invalid" });
  const results = await w.call("task/create_batch", {
    project: "app",
    tasks: [
      { prompt: "a", base_branch: "release/1" },
      { prompt: "b", base_branch: "nowhere" },
    ],
  });
  expect(results).toMatchObject([{ status: "queued" }, { error: { code: "invalid_ref" } }]);
});
