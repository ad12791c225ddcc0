import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { implementer, reviewer, world } from "../scenarios/world.ts";

/** Two rounds: the sum and a list first, then a word more and the list indented. */
const twoRounds = {
  writer: implementer(`
    write("sum.js", "module.exports = (a, b) => a + b;\\n");
    write("list.txt", round === 1 ? "a\\nb\\n" : "a\\n  b\\n");
    if (round > 1) write("more.txt", "more\\n");
    say("done");`),
  critic: reviewer(`round === 1 ? answer("changes_requested", [finding("high")]) : answer("approved");`),
};

it("the change of a task is shown since every point of its work [req:web-api.diff-since]", async () => {
  await using w = await world({ agents: twoRounds });
  const task = await w.run();
  expect(task).toMatchObject({ status: "done", review: { rounds: 2 } });
  const commits = (await w.events(task.id, "snapshot.taken")).flatMap((event) =>
    event.type === "snapshot.taken" ? [event.data.commit] : [],
  );
  const [first, second] = [commits[0]!, commits.at(-1)!];
  expect(second).toBe(task.head_sha);
  const names = async (params: object) => {
    const { files, ...rest } = await w.call("task/diff", { task_id: task.id, ...params });
    return { ...rest, files: files.map(({ path }) => path) };
  };
  const whole = {
    since: "base",
    base: task.base_sha,
    head: second,
    files: ["list.txt", "more.txt", "sum.js"],
  };
  expect(await names({})).toMatchObject(whole);
  expect(await names({ since: "base" })).toMatchObject(whole);
  expect(await names({ since: task.base_sha })).toMatchObject({ ...whole, since: task.base_sha });
  const last = { base: first, head: second, files: ["list.txt", "more.txt"] };
  expect(await names({ since: "turn" })).toMatchObject({ since: "turn", ...last });
  expect(await names({ since: first })).toMatchObject({ since: first, ...last });
  const words = await names({ since: "turn", ignore_whitespace: true });
  expect(words).toMatchObject({ base: first, head: second, files: ["more.txt"] });
  expect(words.patch).not.toContain("list.txt");
  expect(await names({ since: "review" })).toMatchObject({
    base: second,
    head: second,
    files: [],
    patch: "",
  });
  const stranger = execFileSync("git", ["rev-parse", "HEAD^{tree}"], {
    cwd: w.root,
    encoding: "utf8",
  }).trim();
  await expect(names({ since: stranger })).rejects.toMatchObject({
    code: "snapshot_not_found",
    message: expect.stringContaining("no snapshot of it that is kept"),
  });
  await expect(names({ since: first.slice(0, 12) })).rejects.toMatchObject({ code: "invalid_params" });
});

it("a point the work has not reached is refused in words [req:web-api.diff-since]", async () => {
  await using w = await world();
  await w.call("project/update", { project: "app", active: false });
  const task_id = await w.submit({ project: "app" });
  expect(await w.call("task/diff", { task_id })).toMatchObject({ base: null, head: null, files: [] });
  for (const since of ["turn", "review"] as const)
    await expect(w.call("task/diff", { task_id, since })).rejects.toMatchObject({
      code: "snapshot_not_found",
      message: expect.stringContaining("it has no snapshot yet"),
    });
});
