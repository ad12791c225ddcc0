import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { approves, implementer, world } from "../scenarios/world.ts";
import { userGit } from "../support/git-fixture.ts";
import { finished, refusal, userCommit } from "./support.ts";

/** Writes the right sum; told of conflicts, it keeps both sides of every file that is named. */
const resolves = implementer(`
write("sum.js", "module.exports = (a, b) => a + b;\\n");
const named = /name="conflicting files">\\n([^]*?)\\n</.exec(prompt);
if (!named) write("notes.txt", "ours\\n");
else for (const file of named[1].split("\\n"))
  write(file, fs.readFileSync(file, "utf8").split("\\n").filter((line) => !/^(<<<<<<<|=======|>>>>>>>)/.test(line)).join("\\n"));
say("done");`);

it("a revision of work that conflicts with its base goes on from both and lands [req:revise.conflicts]", async () => {
  await using w = await world({ agents: { writer: resolves, critic: approves } });
  const first = await finished(w);
  userCommit(w.root, "notes.txt", "theirs\n");
  const before = userGit(w.root, "rev-parse", "main");
  const landing = { task_id: first.id, into: "main" } as const;
  expect(await refusal(w.call("task/accept", landing))).toMatchObject({ code: "merge_conflict" });
  await w.call("task/revise", { task_id: first.id, prompt: "Resolve the conflicts with main" });
  const task = await w.settled(first.id);
  expect(task, JSON.stringify(task.error ?? task.block_reason)).toMatchObject({
    status: "done",
    base_sha: before,
    branch: first.branch,
    evidence: { state: "passed", commit: task.head_sha },
  });
  // It holds the work as it was and the base as it is; the change is measured against the newer base.
  for (const older of [first.head_sha!, before])
    userGit(w.root, "merge-base", "--is-ancestor", older, task.branch!);
  const { patch } = await w.call("task/diff", { task_id: first.id });
  expect(patch).not.toContain("-theirs");
  const landed = await w.call("task/accept", landing);
  expect(landed.landed).toMatchObject({ how: "fast_forward", commit: task.head_sha });
  const lines = readFileSync(path.join(w.root, "notes.txt"), "utf8").split("\n").filter(Boolean);
  expect(lines.sort()).toEqual(["ours", "theirs"]);
});

it("a revision of work that fits its base goes on from the work alone [req:revise.conflicts]", async () => {
  await using w = await world({ agents: { writer: resolves, critic: approves } });
  const first = await finished(w);
  userCommit(w.root, "other.txt", "theirs\n");
  await w.call("task/revise", { task_id: first.id, prompt: "more" });
  const task = await w.settled(first.id);
  expect(task.base_sha).toBe(first.base_sha);
});
