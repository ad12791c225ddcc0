import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { approves, implementer, sumFiles, world } from "../scenarios/world.ts";
import { userGit } from "../support/git-fixture.ts";
import { fingerprint, finished, plantHooks, present, refs, refusal, userCommit } from "./support.ts";

describe("checking work out", () => {
  it("makes a worktree beside the repository, and names it when it is there [req:checkout.worktree, land.no-hooks]", async () => {
    await using w = await world();
    const task = await finished(w);
    const before = [
      userGit(w.root, "status", "--porcelain=v1"),
      refs(w.root),
      userGit(w.root, "rev-parse", "HEAD"),
    ];
    const ran = plantHooks(w);
    const made = await w.call("task/checkout", { task_id: task.id });
    expect(ran()).toEqual([]);
    expect(made).toEqual({
      task_id: task.id,
      path: realpathSync(w.path(`repo-${task.branch.replaceAll("/", "-")}`)),
      branch: task.branch,
      commit: task.head_sha,
      created: true,
    });
    expect(readFileSync(path.join(made.path, "sum.js"), "utf8")).toContain("a + b");
    expect(userGit(made.path, "status", "--porcelain=v1")).toBe("");
    const after = [
      userGit(w.root, "status", "--porcelain=v1"),
      refs(w.root),
      userGit(w.root, "rev-parse", "HEAD"),
    ];
    expect(after).toEqual(before);
    expect(await w.call("task/checkout", { task_id: task.id })).toEqual({ ...made, created: false });
    const mine = userCommit(made.path, "mine.txt", "mine\n");
    expect(userGit(w.root, "rev-parse", task.branch)).toBe(mine);
    expect(await refusal(w.call("task/accept", { task_id: task.id, into: "main" }))).toMatchObject({
      code: "head_moved",
    });
  });

  it("makes it only in a new directory, in the allowed roots, outside the repository [req:checkout.where]", async () => {
    await using w = await world();
    const task = await finished(w);
    const code = async (dir: string) =>
      (await refusal(w.call("task/checkout", { task_id: task.id, path: dir }))).code;
    mkdirSync(w.path("full"));
    writeFileSync(w.path("full", "x"), "x");
    writeFileSync(w.path("file"), "x");
    expect(await code(w.path("full"))).toBe("checkout_dirty");
    expect(await code(w.path("file"))).toBe("checkout_dirty");
    expect(await code(path.join(w.root, "inside"))).toBe("root_not_allowed");
    expect(await code(w.root)).toBe("root_not_allowed");
    expect(await code("relative")).toBe("invalid_params");
    symlinkSync("/usr", w.path("link"));
    expect(await code(w.path("link", "away"))).toBe("root_not_allowed");
    expect(existsSync("/usr/away")).toBe(false);
    symlinkSync("/usr/nowhere", w.path("dangling"));
    expect(await code(w.path("dangling"))).toBe("checkout_dirty");
    symlinkSync(w.root, w.path("back"));
    expect(await code(w.path("back", "inside"))).toBe("root_not_allowed");
    mkdirSync(w.path("empty"));
    const made = await w.call("task/checkout", { task_id: task.id, path: w.path("empty") });
    expect(made).toMatchObject({ path: realpathSync(w.path("empty")), created: true });
  });

  it("switches the clean checkout, and leaves a dirty one alone [req:checkout.switch]", async () => {
    await using w = await world();
    const ran = plantHooks(w);
    const task = await finished(w);
    const call = () => w.call("task/checkout", { task_id: task.id, switch: true });
    writeFileSync(path.join(w.root, "sum.js"), "mine\n");
    const before = fingerprint(w.root);
    expect(await refusal(call())).toMatchObject({ code: "checkout_dirty" });
    expect(fingerprint(w.root)).toBe(before);
    userGit(w.root, "checkout", "-q", "--", "sum.js");
    const ranBefore = ran();
    expect(await call()).toMatchObject({ path: w.root, created: true, commit: task.head_sha });
    expect(userGit(w.root, "symbolic-ref", "HEAD")).toBe(`refs/heads/${task.branch}`);
    expect(userGit(w.root, "-c", "core.hooksPath=/dev/null", "status", "--porcelain=v1")).toBe("");
    expect(ran()).toEqual(ranBefore);
    expect(await call()).toMatchObject({ created: false });
    userGit(w.root, "checkout", "-q", "main");
    await w.call("task/checkout", { task_id: task.id });
    expect(await refusal(call())).toMatchObject({ code: "checkout_unsuitable" });
  });

  it("shows work that is not published on a branch of its own, which discarding deletes [req:checkout.unpublished]", async () => {
    await using w = await world({ project: { validation: [] } });
    const task = await w.run();
    expect(task).toMatchObject({ status: "waiting", branch: null });
    const made = await w.call("task/checkout", { task_id: task.id, path: w.path("look") });
    expect(made).toMatchObject({ commit: task.head_sha, created: true });
    expect(made.branch).toBe(`harness/wip-${task.id.slice(-8).toLowerCase()}`);
    expect(present(made.path, "sum.js")).toBe(true);
    userGit(w.root, "worktree", "remove", made.path);
    expect((await w.call("task/discard", { task_id: task.id })).branches).toEqual([
      { branch: made.branch, deleted: true, why: null },
    ]);
  });

  it("says when there is nothing to see yet [req:checkout.unpublished]", async () => {
    await using w = await world({ start: false });
    const task_id = await w.submit();
    expect(await refusal(w.call("task/checkout", { task_id }))).toMatchObject({ code: "not_finished" });
  });
});

describe("a repository whose own git must do it", () => {
  const runs = (mark: string) => `sh -c 'touch ${mark}; cat'`;
  const addsData = implementer(
    `write("sum.js", "module.exports = (a, b) => a + b;\\n"); write("data.bin", "data\\n"); say("ok");`,
  );

  it("is refused where a filter would run, with the command, and no filter runs [req:land.unsuitable, land.no-hooks, workspaces.merge]", async () => {
    const files = { ...sumFiles, ".gitattributes": "*.bin filter=x\n" };
    await using w = await world({ files, agents: { writer: addsData, critic: approves } });
    const task = await finished(w);
    const mark = w.path("filter-ran");
    for (const key of ["clean", "smudge", "process"])
      userGit(w.root, "config", `filter.x.${key}`, runs(mark));
    // The person says that these settings are their own.
    await w.call("project/update", { project: "app" });
    const before = [fingerprint(w.root), refs(w.root)];
    const landing = await refusal(w.call("task/accept", { task_id: task.id, into: "main" }));
    expect(landing).toMatchObject({ code: "checkout_unsuitable" });
    expect(landing.message).toContain(`data.bin must go through a filter`);
    expect(landing.message).toContain(`git switch main && git merge ${task.branch}`);
    expect(await refusal(w.call("task/checkout", { task_id: task.id }))).toMatchObject({
      code: "checkout_unsuitable",
    });
    expect(await refusal(w.call("task/checkout", { task_id: task.id, switch: true }))).toMatchObject({
      code: "checkout_unsuitable",
    });
    expect([fingerprint(w.root), refs(w.root)]).toEqual(before);
    expect(existsSync(mark)).toBe(false);
  });

  it("is not made to run a filter of files that do not change, however they look [req:land.no-hooks]", async () => {
    const files = { ...sumFiles, ".gitattributes": "*.txt filter=x\n", "old.txt": "old\n" };
    await using w = await world({ files });
    const task = await finished(w);
    const mark = w.path("filter-ran");
    for (const key of ["clean", "smudge"]) userGit(w.root, "config", `filter.x.${key}`, runs(mark));
    await w.call("project/update", { project: "app" });
    // Newer than the index: git must look at what is in it.
    writeFileSync(path.join(w.root, "old.txt"), "old\n");
    const landed = await w.call("task/accept", { task_id: task.id, into: "main" });
    expect(landed.checkout).toBe(w.root);
    expect(existsSync(mark)).toBe(false);
  });

  it("is refused in another worktree, in the middle of a merge, when sparse, and when tampered with [req:land.unsuitable]", async () => {
    await using w = await world();
    const task = await finished(w);
    const code = async (into = "main") =>
      (await refusal(w.call("task/accept", { task_id: task.id, into }))) as { code: string; message: string };
    userGit(w.root, "worktree", "add", "-q", "-b", "release", w.path("linked"));
    const linked = await code("release");
    expect(linked).toMatchObject({ code: "checkout_unsuitable" });
    expect(linked.message).toContain(`git -C ${realpathSync(w.path("linked"))} merge ${task.branch}`);
    writeFileSync(path.join(w.root, ".git", "MERGE_HEAD"), `${task.head_sha}\n`);
    expect((await code()).message).toContain("a merge is in progress");
    userGit(w.root, "merge", "--abort");
    writeFileSync(path.join(w.root, ".git", "index.lock"), "");
    expect((await code()).message).toContain("index.lock");
    userGit(w.root, "config", "core.sparseCheckout", "true");
    rmSync(path.join(w.root, ".git", "index.lock"));
    expect((await code()).message).toContain("sparse");
    userGit(w.root, "config", "--unset", "core.sparseCheckout");
    userGit(w.root, "config", "alias.st", "status");
    expect((await code()).code).toBe("repo_config_tampered");
    userGit(w.root, "config", "--unset", "alias.st");
    expect((await w.call("task/accept", { task_id: task.id, into: "main" })).checkout).toBe(w.root);
  });
});
