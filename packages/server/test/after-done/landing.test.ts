import { readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { approves, implementer, sumFiles, world } from "../scenarios/world.ts";
import { userGit } from "../support/git-fixture.ts";
import { fingerprint, finished, plantHooks, present, refs, refusal, userCommit } from "./support.ts";

const into = "main";
const headOf = (root: string, name = "HEAD") => userGit(root, "rev-parse", name);
const status = (root: string) => userGit(root, "status", "--porcelain=v1");

describe("accepting finished work into a branch", () => {
  it("fast-forwards the branch and its clean checkout, runs no hook, and is on record [req:land.fast-forward, land.checkout, land.no-hooks, task.checkout]", async () => {
    await using w = await world();
    const ran = plantHooks(w);
    const task = await finished(w);
    writeFileSync(path.join(w.root, "notes.txt"), "mine\n");
    const stale = new Date(2020, 1, 1);
    utimesSync(path.join(w.root, "README.md"), stale, stale);
    const config = readFileSync(path.join(w.root, ".git", "config"), "utf8");
    const landed = await w.call("task/accept", { task_id: task.id, into, head_sha: task.head_sha });
    expect(landed).toMatchObject({
      status: "done",
      landed: { branch: "main", commit: task.head_sha, how: "fast_forward" },
      verified: true,
      checkout: w.root,
    });
    expect(ran()).toEqual([]);
    expect(headOf(w.root)).toBe(task.head_sha);
    expect(userGit(w.root, "symbolic-ref", "HEAD")).toBe("refs/heads/main");
    expect(status(w.root)).toBe("?? notes.txt");
    expect(readFileSync(path.join(w.root, "sum.js"), "utf8")).toContain("a + b");
    expect(readFileSync(path.join(w.root, ".git", "config"), "utf8")).toBe(config);
    expect(await w.call("task/get", { task_id: task.id })).toMatchObject({ landed: landed.landed });
    expect(await w.events(task.id, "task.landed")).toMatchObject([{ data: { landing: landed.landed } }]);
  });

  it("answers what is there when it is asked again, also once the branch is deleted [req:land.once]", async () => {
    await using w = await world();
    const task = await finished(w);
    const first = await w.call("task/accept", { task_id: task.id, into });
    userGit(w.root, "branch", "-D", task.branch);
    userCommit(w.root, "more.txt", "more\n");
    const before = [fingerprint(w.root), refs(w.root)];
    const second = await w.call("task/accept", { task_id: task.id, into });
    expect(second).toEqual({ ...first, checkout: null });
    expect([fingerprint(w.root), refs(w.root)]).toEqual(before);
    expect(await w.events(task.id, "task.landed")).toHaveLength(1);
  });

  it("moves a branch nobody has checked out and leaves the checkout alone [req:land.fast-forward, workspaces.merge]", async () => {
    await using w = await world();
    userGit(w.root, "branch", "release");
    const task = await finished(w);
    const before = fingerprint(w.root);
    const landed = await w.call("task/accept", { task_id: task.id, into: "release" });
    expect(landed).toMatchObject({ checkout: null, verified: true });
    expect(headOf(w.root, "release")).toBe(task.head_sha);
    expect(fingerprint(w.root)).toBe(before);
    const other = await w.call("task/accept", { task_id: task.id, into });
    expect(other.landed).toMatchObject({ branch: "main", how: "fast_forward" });
    expect(await w.events(task.id, "task.landed")).toHaveLength(2);
  });

  it("merges with what came meanwhile, in the checkout too, and does not call that proven [req:land.merge, land.merges-bounded]", async () => {
    await using w = await world();
    const task = await finished(w);
    const ours = userCommit(w.root, "other.txt", "other\n");
    expect(
      await refusal(w.call("task/accept", { task_id: task.id, into, strategy: "ff_only" })),
    ).toMatchObject({
      code: "not_fast_forward",
    });
    expect(headOf(w.root)).toBe(ours);
    const landed = await w.call("task/accept", { task_id: task.id, into });
    expect(landed).toMatchObject({ landed: { how: "merge" }, verified: false, checkout: w.root });
    expect(userGit(w.root, "log", "-1", "--format=%P")).toBe(`${ours} ${task.head_sha}`);
    expect(landed.landed?.commit).toBe(headOf(w.root));
    expect(status(w.root)).toBe("");
    expect(present(w.root, "other.txt")).toBe(true);
    expect(readFileSync(path.join(w.root, "sum.js"), "utf8")).toContain("a + b");
    // Nothing of a merge is kept once it has landed, also not of one that was made for nothing.
    const mirror = w.path("data", "mirrors", `${task.project_id}.git`);
    expect(userGit(mirror, "--git-dir=.", "for-each-ref", "refs/harness/merges/")).toBe("");
  });

  it("makes a merge commit where a fast-forward would do, when asked to [req:land.strategy]", async () => {
    await using w = await world();
    const task = await finished(w);
    const ours = headOf(w.root);
    const landed = await w.call("task/accept", { task_id: task.id, into, strategy: "merge" });
    expect(landed).toMatchObject({ landed: { how: "merge" }, verified: false });
    expect(userGit(w.root, "log", "-1", "--format=%P")).toBe(`${ours} ${task.head_sha}`);
    await using v = await world();
    const other = await finished(v);
    const fast = await v.call("task/accept", { task_id: other.id, into, strategy: "ff_only" });
    expect(fast.landed).toMatchObject({ how: "fast_forward" });
  });

  it("records what somebody merged by hand [req:land.once]", async () => {
    await using w = await world();
    const task = await finished(w);
    userGit(w.root, "merge", "-q", "--no-ff", "-m", "by hand", task.branch);
    const landed = await w.call("task/accept", { task_id: task.id, into });
    expect(landed).toMatchObject({
      landed: { how: "already_merged", commit: headOf(w.root) },
      verified: false,
    });
  });
});

describe("work that does not land", () => {
  it("leaves a dirty checkout alone and names the files [req:land.dirty]", async () => {
    await using w = await world({ files: { ...sumFiles, "a/b.txt": "b\n" } });
    const task = await finished(w);
    const attempt = async (names: string) => {
      const before = [fingerprint(w.root), refs(w.root)];
      const refused = await refusal(w.call("task/accept", { task_id: task.id, into }));
      expect(refused).toMatchObject({ code: "checkout_dirty" });
      expect(refused.message).toContain(names);
      expect([fingerprint(w.root), refs(w.root)]).toEqual(before);
    };
    writeFileSync(path.join(w.root, "sum.js"), "mine\n");
    await attempt("sum.js");
    userGit(w.root, "checkout", "-q", "--", ".");
    writeFileSync(path.join(w.root, "a/b.txt"), "unrelated\n");
    await attempt("a/b.txt");
    userGit(w.root, "add", "-A");
    await attempt("a/b.txt");
    userGit(w.root, "reset", "-q", "--hard");
    rmSync(path.join(w.root, "README.md"));
    await attempt("README.md");
    userGit(w.root, "reset", "-q", "--hard");
    expect((await w.call("task/accept", { task_id: task.id, into })).landed).not.toBeNull();
    expect(await w.events(task.id, "task.landed")).toHaveLength(1);
  });

  it("does not overwrite an untracked file, ignored or not [req:land.dirty]", async () => {
    const adds = implementer(
      `write("sum.js", "module.exports = (a, b) => a + b;\\n"); write("new.txt", "new\\n"); write("new.log", "log\\n"); say("ok");`,
    );
    await using w = await world({ agents: { writer: adds, critic: approves } });
    const task = await finished(w);
    writeFileSync(path.join(w.root, ".git", "info", "exclude"), "*.log\n");
    for (const file of ["new.txt", "new.log"]) {
      writeFileSync(path.join(w.root, file), "precious\n");
      const before = [fingerprint(w.root), refs(w.root)];
      const refused = await refusal(w.call("task/accept", { task_id: task.id, into }));
      expect(refused).toMatchObject({ code: "checkout_dirty" });
      expect(refused.message).toContain(file);
      expect([fingerprint(w.root), refs(w.root)]).toEqual(before);
      rmSync(path.join(w.root, file));
    }
    expect((await w.call("task/accept", { task_id: task.id, into })).checkout).toBe(w.root);
  });

  it("names the files of a conflict and changes nothing [req:land.conflicts]", async () => {
    await using w = await world();
    const task = await finished(w);
    userCommit(w.root, "sum.js", "module.exports = (x, y) => x * y;\n");
    const before = [fingerprint(w.root), refs(w.root)];
    const refused = await refusal(w.call("task/accept", { task_id: task.id, into }));
    expect(refused).toMatchObject({ code: "merge_conflict", details: { issues: [{ field: "sum.js" }] } });
    expect(refused.message).toContain("sum.js");
    expect([fingerprint(w.root), refs(w.root)]).toEqual(before);
  });

  it("refuses work whose branch moved, is gone, or is not what the person saw [req:land.head-moved]", async () => {
    await using w = await world();
    const task = await finished(w);
    const code = (params: object) => refusal(w.call("task/accept", { task_id: task.id, into, ...params }));
    expect(await code({ head_sha: "a".repeat(40) })).toMatchObject({ code: "head_moved" });
    userGit(w.root, "update-ref", `refs/heads/${task.branch}`, headOf(w.root));
    // The branch is at main's own commit now: the work is not in it any more.
    expect(await code({})).toMatchObject({ code: "head_moved" });
    userGit(w.root, "branch", "-D", task.branch);
    const gone = await code({});
    expect(gone).toMatchObject({ code: "head_moved" });
    expect(gone.message).toContain(`git branch ${task.branch} ${task.head_sha}`);
    userGit(w.root, "branch", task.branch, task.head_sha);
    expect((await w.call("task/accept", { task_id: task.id, into })).landed).not.toBeNull();
  });

  it("refuses an unknown branch with the nearest name, and the branch of the work itself [req:land.head-moved]", async () => {
    await using w = await world();
    const task = await finished(w);
    const unknown = await refusal(w.call("task/accept", { task_id: task.id, into: "mian" }));
    expect(unknown).toMatchObject({ code: "invalid_ref" });
    expect(unknown.message).toContain("Did you mean: main?");
    const own = await refusal(w.call("task/accept", { task_id: task.id, into: task.branch }));
    expect(own).toMatchObject({ code: "invalid_ref" });
    for (const name of ["--force", "a b", "HEAD", "../x"])
      expect(await refusal(w.call("task/accept", { task_id: task.id, into: name }))).toMatchObject({
        code: "invalid_ref",
      });
  });

  it("refuses evidence or review of another commit, and what is unproven [req:land.stale]", async () => {
    await using w = await world();
    const task = await finished(w);
    const set = (column: "evidence" | "review" | "accepted", value: unknown) =>
      w.app.log.write((tx) =>
        tx.db
          .updateTable("tasks")
          .set({ [column]: JSON.stringify(value) })
          .where("id", "=", task.id)
          .execute(),
      );
    const code = async () => (await refusal(w.call("task/accept", { task_id: task.id, into }))).code;
    await set("evidence", { ...task.evidence, commit: "a".repeat(40) });
    expect(await code()).toBe("evidence_stale");
    await set("evidence", { ...task.evidence, state: "failed" });
    expect(await code()).toBe("unproven");
    await set("evidence", { ...task.evidence, state: "none", commit: null });
    expect(await code()).toBe("evidence_stale");
    await set("evidence", task.evidence);
    await set("review", { ...task.review, commit: "a".repeat(40) });
    expect(await code()).toBe("evidence_stale");
    await set("review", { ...task.review, state: "changes_requested", verdict: "changes_requested" });
    expect(await code()).toBe("unproven");
    await set("accepted", ["review_limit"]);
    expect((await w.call("task/accept", { task_id: task.id, into })).landed).not.toBeNull();
  });

  it("lands what a person chose to leave unproven, and does not call it verified [req:land.stale]", async () => {
    await using w = await world({ project: { validation: "none" } });
    const task = await finished(w);
    const landed = await w.call("task/accept", { task_id: task.id, into });
    expect(landed).toMatchObject({ landed: { how: "fast_forward" }, verified: false });
  });

  it("refuses a task that is not done, and says how to go on [req:land.stale]", async () => {
    await using w = await world({ project: { validation: [] } });
    const task = await w.run();
    const refused = await refusal(w.call("task/accept", { task_id: task.id, into }));
    expect(refused).toMatchObject({ code: "illegal_transition" });
    expect(refused.message).toContain("leave --into out");
    await w.call("task/accept", { task_id: task.id });
    await w.settled(task.id);
    const without = await refusal(w.call("task/accept", { task_id: task.id }));
    expect(without.message).toContain(`harness task accept ${task.id} --into main`);
  });
});
