import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkoutHash, Fixture } from "./fixture.ts";

describe("from the user's repository to a branch in it", () => {
  it("turns an agent's changes into a branch and leaves the checkout alone [req:workspaces.pipeline, workspaces.checkout-untouched]", async () => {
    await using f = new Fixture();
    f.write(f.root, "dirty.txt", "the user is working on this\n");
    f.write(f.root, ".git/hooks/reference-transaction", `#!/bin/sh\n${f.trap("user-hook")}\n`, 0o755);
    const before = checkoutHash(f.root);
    const opened = await f.open();
    f.write(opened.path, "src/a.txt", "one\nTWO\nthree\n");
    f.write(opened.path, "src/new file.txt", "new\n");
    await rm(join(opened.path, "README.md"));
    const shot = await f.snapshot(opened);
    expect(shot.empty).toBe(false);
    expect(shot.stat).toEqual({ files: 3, insertions: 3, deletions: 2 });
    expect(shot.skipped).toEqual([]);
    expect(shot.ref).toBe(`refs/harness/${f.taskId}/${f.attemptId}/1`);
    expect(f.mirror("log", "-1", "--format=%an <%ae> %at %s|%P", shot.sha).trim()).toBe(
      `Harness <harness@localhost> ${Date.UTC(2026, 0, 2, 3, 4, 5) / 1000} Turn|${opened.startSha}`,
    );
    const diff = await f.diff(opened.startSha, shot.sha);
    expect(diff.cut).toBe(false);
    expect(diff.text).toContain("+TWO");
    expect(diff.files).toEqual([
      { path: "README.md", status: "deleted", insertions: 0, deletions: 1 },
      { path: "src/a.txt", status: "modified", insertions: 2, deletions: 1 },
      { path: "src/new file.txt", status: "added", insertions: 1, deletions: 0 },
    ]);
    const published = await f.publish(shot.sha);
    expect(published).toEqual({ branch: "harness/done-1", sha: shot.sha, alreadyThere: false });
    expect(f.sh(f.root, "rev-parse", "harness/done-1").trim()).toBe(shot.sha);
    expect(checkoutHash(f.root, ["/.git/refs/heads/harness"])).toBe(before);
    expect(existsSync(join(f.root, ".git/FETCH_HEAD"))).toBe(false);
    expect(f.firedTraps()).toEqual([]);
    await f.workspaces.remove(f.attemptId);
    expect(await f.workspaces.list()).toEqual([]);
    expect(f.sh(f.root, "fsck", "--strict", "--no-dangling")).toBe("");
  });

  it("publishes once, however often it is asked, and never moves a branch [req:workspaces.publish-once]", async () => {
    await using f = new Fixture();
    const opened = await f.open();
    f.write(opened.path, "x", "1\n");
    const { sha } = await f.snapshot(opened);
    await f.publish(sha, "taken");
    expect(await f.publish(sha, "taken")).toEqual({ branch: "taken", sha, alreadyThere: true });
    f.sh(f.root, "branch", "other", "main");
    expect(await f.publish(sha, "other")).toEqual({ branch: "other-2", sha, alreadyThere: false });
    expect(await f.publish(sha, "other")).toEqual({ branch: "other-2", sha, alreadyThere: true });
    expect(f.sh(f.root, "rev-parse", "other").trim()).toBe(opened.startSha);
    for (let n = 1; n <= 9; n += 1) f.sh(f.root, "branch", n === 1 ? "full" : `full-${n}`, "main");
    await expect(f.publish(sha, "full")).rejects.toMatchObject({ code: "branch_taken" });
    f.sh(f.root, "branch", "dir", "main");
    expect(await f.publish(sha, "dir/x").catch((error: { code: string }) => error.code)).toBe("branch_taken");
  });

  it("gives the agent a clone of its own that shares no file with the mirror [req:workspaces.own-clone]", async () => {
    await using f = new Fixture();
    const opened = await f.open();
    expect(f.sh(opened.path, "status", "--porcelain")).toBe("");
    expect(f.sh(opened.path, "remote")).toBe("");
    expect(f.sh(opened.path, "diff", "--stat", "main")).toBe("");
    f.write(opened.path, "made.txt", "x\n");
    f.commitAll(opened.path, "agent commits");
    for (const file of objectFiles(opened.path)) {
      await chmod(file, 0o644);
      await writeFile(file, "garbage");
    }
    expect(f.mirror("fsck", "--full", "--no-dangling")).toBe("");
    expect(f.sh(f.root, "fsck", "--full", "--no-dangling")).toBe("");
    // The clone's objects are ruined; our snapshot does not read them.
    const shot = await f.snapshot(opened);
    expect(shot.stat).toEqual({ files: 1, insertions: 1, deletions: 0 });
  });

  it("starts a dependent task from the result of another [req:workspaces.start-from-result]", async () => {
    await using f = new Fixture();
    const opened = await f.open();
    f.write(opened.path, "first.txt", "1\n");
    const shot = await f.snapshot(opened);
    const attemptId = f.newId("attempt");
    const next = await f.open({ attemptId, startSha: shot.sha });
    expect(readFileSync(join(next.path, "first.txt"), "utf8")).toBe("1\n");
    expect(f.sh(next.path, "rev-list", "--count", "HEAD").trim()).toBe("2");
    expect(f.sh(next.path, "fsck", "--no-dangling")).toBe("");
    // A clone from the base holds nothing of another task's work.
    const third = await f.open({ attemptId: f.newId("attempt") });
    expect(() => f.sh(third.path, "cat-file", "-e", shot.sha)).toThrow();
  });

  it("checks out exactly the commit, clean, for validation and review [req:workspaces.clean-checkout]", async () => {
    await using f = new Fixture({ files: { ".gitignore": "ignored/\n", "a.txt": "a\n" } });
    const opened = await f.open();
    f.write(opened.path, "a.txt", "b\n");
    f.write(opened.path, "ignored/forged-result.xml", "all green\n");
    const { sha } = await f.snapshot(opened);
    const validate = await f.checkout(sha);
    expect(existsSync(join(validate.path, "ignored"))).toBe(false);
    expect(readFileSync(join(validate.path, "a.txt"), "utf8")).toBe("b\n");
    expect(f.sh(validate.path, "rev-parse", "HEAD").trim()).toBe(sha);
    expect(f.sh(validate.path, "status", "--porcelain", "--ignored")).toBe("");
    f.write(validate.path, "left-by-a-test.txt", "x\n");
    const again = await f.checkout(sha);
    expect(existsSync(join(again.path, "left-by-a-test.txt"))).toBe(false);
    const review = await f.checkout(sha, "review");
    expect(statSync(join(review.path, "a.txt")).mode & 0o222).toBe(0);
    expect(await f.checkout(sha, "review")).toEqual(review);
    expect(existsSync(validate.path)).toBe(true);
    const usage = await f.workspaces.diskUsage(f.attemptId);
    expect(usage).toBeGreaterThan(0);
    await f.workspaces.remove(f.attemptId);
    expect(existsSync(review.path)).toBe(false);
  });

  it("numbers the snapshots of turns, each on its own ref [req:workspaces.snapshot-refs]", async () => {
    await using f = new Fixture();
    const opened = await f.open();
    const nothing = await f.snapshot(opened);
    expect(nothing).toMatchObject({ empty: true, sha: opened.startSha, stat: { files: 0 }, ref: undefined });
    f.write(opened.path, "one", "1\n");
    const one = await f.snapshot(opened);
    const same = await f.snapshot(opened, one.sha);
    expect(same).toMatchObject({ empty: true, sha: one.sha, stat: { files: 1 } });
    f.write(opened.path, "two", "2\n");
    const two = await f.snapshot(opened, one.sha);
    expect(await f.workspaces.snapshots({ projectId: f.projectId, taskId: f.taskId })).toEqual([
      { taskId: f.taskId, attemptId: f.attemptId, n: 1, sha: one.sha },
      { taskId: f.taskId, attemptId: f.attemptId, n: 2, sha: two.sha },
    ]);
    expect(f.mirror("rev-parse", `${two.sha}^`).trim()).toBe(one.sha);
  });

  it("copies named files in and keeps them out of every snapshot [req:workspaces.copy-files]", async () => {
    await using f = new Fixture({ files: { "a.txt": "a\n", "linkdir/keep": "" } });
    f.write(f.root, ".env", "SECRET=1\n");
    f.write(f.root, "conf/local.toml", "x = 1\n");
    f.write(f.root, "big.bin", Buffer.alloc(2 << 20));
    symlinkSync("/etc/passwd", join(f.root, "out"));
    symlinkSync(".git/config", join(f.root, "inner"));
    const names = [
      ".env",
      "conf/local.toml",
      "big.bin",
      "out",
      "inner",
      "../data/x",
      "/etc/passwd",
      ".git/config",
      "a.txt",
      "gone",
    ];
    const opened = await f.open({ copyFiles: names });
    expect(opened.copied).toEqual([".env", "conf/local.toml"]);
    expect(Object.fromEntries(opened.notCopied.map(({ path, reason }) => [path, reason]))).toEqual({
      "big.bin": "too_large",
      out: "path_escape",
      inner: "path_escape",
      "../data/x": "path_escape",
      "/etc/passwd": "path_escape",
      ".git/config": "path_escape",
      "a.txt": "tracked",
      gone: "missing",
    });
    expect(readFileSync(join(opened.path, ".env"), "utf8")).toBe("SECRET=1\n");
    expect(f.sh(opened.path, "status", "--porcelain")).toBe("");
    f.write(opened.path, ".gitignore", "!.env\n");
    f.sh(opened.path, "add", "-f", ".env");
    const shot = await f.snapshot(opened);
    expect(f.mirror("ls-tree", "-r", "--name-only", shot.sha).split("\n").filter(Boolean)).toEqual([
      ".gitignore",
      "a.txt",
      "linkdir/keep",
    ]);
  });

  it("stores links as links and never reads through them [req:workspaces.links]", async () => {
    await using f = new Fixture({ files: { "d/file": "x\n", "a.txt": "a\n" } });
    const opened = await f.open();
    symlinkSync("/etc/passwd", join(opened.path, "leak"));
    await rm(join(opened.path, "d"), { recursive: true });
    symlinkSync(f.root, join(opened.path, "d"));
    f.write(f.root, "file", "the user's secret\n");
    const shot = await f.snapshot(opened);
    expect(f.mirror("ls-tree", "-r", shot.sha)).toMatch(/120000 blob \w+\td\n120000 blob \w+\tleak\n/);
    expect(f.mirror("cat-file", "blob", `${shot.sha}:leak`)).toBe("/etc/passwd");
    const validate = await f.checkout(shot.sha);
    expect(readlinkSync(join(validate.path, "leak"))).toBe("/etc/passwd");
    const { text } = await f.diff(opened.startSha, shot.sha);
    expect(text).not.toContain("secret");
    expect(text).not.toContain("root:");
  });

  it("does almost nothing to refresh a mirror that is up to date, and keeps every base it was given [req:workspaces.refresh]", async () => {
    await using f = new Fixture();
    const first = await f.open();
    f.sh(f.root, "commit", "-q", "--amend", "-m", "rewritten");
    const second = await f.workspaces.refreshMirror({ projectId: f.projectId, root: f.root, base: "main" });
    expect(second.baseSha).not.toBe(first.startSha);
    for (let i = 0; i < 30; i += 1) {
      f.write(f.root, `f${i}`, `${i}\n`);
      f.commitAll(f.root, `c${i}`);
      await f.workspaces.refreshMirror({ projectId: f.projectId, root: f.root, base: "main" });
    }
    const again = await f.open({ attemptId: f.newId("attempt"), startSha: first.startSha });
    expect(f.sh(again.path, "fsck", "--full", "--no-dangling")).toBe("");
    expect(f.mirror("fsck", "--full", "--no-dangling")).toBe("");
  });

  it("works on a shallow repository and on one with SHA-256 ids [req:workspaces.repository-kinds]", async () => {
    await using big = new Fixture();
    big.write(big.root, "second", "2\n");
    big.commitAll(big.root, "second");
    await using shallow = new Fixture();
    await rm(shallow.root, { recursive: true });
    shallow.sh(shallow.dir, "clone", "-q", "--depth=1", `file://${big.root}`, shallow.root);
    await using wide = new Fixture({ objectFormat: "sha256" });
    for (const f of [shallow, wide]) {
      const opened = await f.open();
      f.write(opened.path, "x", "1\n");
      const { sha } = await f.snapshot(opened);
      const { path } = await f.checkout(sha);
      expect(f.sh(path, "rev-parse", "HEAD").trim()).toBe(sha);
      expect((await f.publish(sha)).alreadyThere).toBe(false);
      expect(f.sh(f.root, "log", "--format=%H", "harness/done-1").split("\n")).toContain(opened.startSha);
      expect(f.sh(f.root, "fsck", "--no-dangling")).toBe("");
    }
  });

  it("reads project settings from the commit, not from the disk [req:workspaces.read-base-file]", async () => {
    await using f = new Fixture({
      files: { ".harness/config.toml": "a = 1\n", "big.toml": "x".repeat(5000) },
    });
    symlinkSync(".harness/config.toml", join(f.root, "link.toml"));
    const sha = f.commitAll(f.root, "link");
    f.write(f.root, ".harness/config.toml", "a = 2\n");
    const read = (path: string) => f.workspaces.readBaseFile(f.projectId, f.root, sha, path, 4096);
    expect(await read(".harness/config.toml")).toBe("a = 1\n");
    expect(await read("link.toml")).toBeUndefined();
    expect(await read("missing.toml")).toBeUndefined();
    await expect(read("../../etc/passwd")).rejects.toMatchObject({ code: "git_failed" });
    await expect(read("big.toml")).rejects.toMatchObject({ code: "config_invalid" });
  });

  it("tells what a repository is when it is registered [req:workspaces.inspect]", async () => {
    await using f = new Fixture({
      files: { ".gitattributes": "*.bin filter=lfs diff=lfs\n", ".gitmodules": "" },
    });
    f.sh(f.root, "branch", "feature/x");
    f.sh(f.root, "config", "alias.x", "!true");
    const facts = await f.workspaces.inspectRepository(f.root);
    expect(facts).toMatchObject({
      root: f.root,
      defaultBranch: "main",
      branches: ["feature/x", "main"],
      hasSubmodules: true,
      hasLfs: true,
      head: { branch: "main" },
    });
    expect(facts.gitConfigSnapshot.get("alias.x")).toEqual(["!true"]);
    await mkdir(join(f.dir, "plain"));
    await expect(f.workspaces.inspectRepository(join(f.dir, "plain"))).rejects.toMatchObject({
      code: "not_a_repository",
    });
    await mkdir(join(f.root, "sub"));
    await expect(f.workspaces.inspectRepository(join(f.root, "sub"))).rejects.toMatchObject({
      code: "not_a_repository",
    });
    f.sh(f.root, "worktree", "add", "-q", join(f.dir, "linked"), "feature/x");
    expect(await f.workspaces.inspectRepository(join(f.dir, "linked"))).toMatchObject({
      head: { branch: "feature/x" },
    });
    await using unborn = new Fixture();
    unborn.sh(unborn.root, "checkout", "-q", "--orphan", "empty");
    unborn.sh(unborn.root, "branch", "-D", "main");
    expect(await unborn.workspaces.inspectRepository(unborn.root)).toMatchObject({
      branches: [],
      defaultBranch: undefined,
    });
    await expect(unborn.workspaces.resolveBase(unborn.root, "main")).rejects.toMatchObject({
      code: "invalid_ref",
    });
  });
});

function objectFiles(tree: string): string[] {
  return readdirSync(join(tree, ".git/objects"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
