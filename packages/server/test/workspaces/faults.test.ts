import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Workspaces } from "../../src/workspaces/index.ts";
import { checkoutHash, Fixture } from "./fixture.ts";

/** Stops at one point, as if the server had died there. */
function dyingAt(point: string) {
  return (name: string): void => {
    if (name === point) throw new Error(`died at ${point}`);
  };
}

function reborn(f: Fixture): Workspaces {
  return new Workspaces({ git: f.git, dataDir: f.dataDir, clock: { now: () => 0 } });
}

describe("a server that dies half way", () => {
  it("drops or replaces the clone it had just made (K4) [req:workspaces.crash]", async () => {
    await using f = new Fixture({ deps: { failpoint: dyingAt("K4") } });
    await expect(f.open()).rejects.toThrow("died at K4");
    const after = reborn(f);
    expect(await after.list()).toEqual([]);
    expect(await after.dropOrphans(async () => new Set<string>())).toEqual([f.attemptId]);
    expect(readdirSync(join(f.dataDir, "workspaces"))).toEqual([]);
  });

  it("finds a snapshot again or takes it anew (K11) [req:workspaces.crash]", async () => {
    await using f = new Fixture({ deps: { failpoint: dyingAt("K11") } });
    const opened = await f.open();
    f.write(opened.path, "x", "1\n");
    await expect(f.snapshot(opened)).rejects.toThrow("died at K11");
    const spec = {
      projectId: f.projectId,
      taskId: f.taskId,
      attemptId: f.attemptId,
      path: opened.path,
      message: "m",
    };
    const shot = await reborn(f).snapshot({ ...spec, parentSha: opened.startSha, baseSha: opened.startSha });
    expect(shot).toMatchObject({ status: "ok", empty: false, stat: { files: 1 } });
    expect(await reborn(f).snapshots({ projectId: f.projectId, taskId: f.taskId })).toHaveLength(1);
  });

  it("does not publish twice (K12) [req:workspaces.crash, workspaces.publish-once]", async () => {
    await using f = new Fixture({ deps: { failpoint: dyingAt("K12") } });
    const opened = await f.open();
    f.write(opened.path, "x", "1\n");
    const { sha } = await f.snapshot(opened);
    await expect(f.publish(sha, "b")).rejects.toThrow("died at K12");
    const spec = { projectId: f.projectId, root: f.root, sha, branch: "b" };
    expect(await reborn(f).publish(spec)).toEqual({ branch: "b", sha, alreadyThere: true });
    expect(f.sh(f.root, "branch", "--format=%(refname:short)")).toBe("b\nmain\n");
  });

  it("finishes a removal (K16), also of read-only and very deep directories [req:workspaces.crash, workspaces.remove]", async () => {
    await using f = new Fixture({ deps: { failpoint: dyingAt("K16") } });
    const opened = await f.open();
    f.write(opened.path, "locked/inner/file", "x");
    await chmod(join(opened.path, "locked/inner"), 0o500);
    await chmod(join(opened.path, "locked"), 0o000);
    execFileSync("perl", ["-e", 'for (1..60) { my $d = "d" x 100; mkdir $d; chdir $d or die }'], {
      cwd: opened.path,
    });
    await expect(f.workspaces.remove(f.attemptId)).rejects.toThrow("died at K16");
    expect(existsSync(opened.path)).toBe(false);
    expect(await reborn(f).dropOrphans(async () => new Set<string>())).toEqual([]);
    expect(readdirSync(join(f.dataDir, "workspaces"))).toEqual([]);
    await reborn(f).remove(f.attemptId);
  });

  it("clears the locks a killed git left in the mirror [req:workspaces.crash]", async () => {
    await using f = new Fixture();
    const opened = await f.open();
    f.write(opened.path, "x", "1\n");
    const base = join(f.dataDir, "mirrors", `${f.projectId}.base`);
    const mirror = join(f.dataDir, "mirrors", `${f.projectId}.git`);
    for (const file of [
      `${base}/shallow.lock`,
      `${mirror}/packed-refs.lock`,
      `${mirror}/objects/pack/tmp_pack_abc`,
    ]) {
      writeFileSync(file, "");
    }
    const refDir = join(mirror, "refs/harness", f.taskId, f.attemptId);
    mkdirSync(refDir, { recursive: true });
    writeFileSync(join(refDir, "1.lock"), "");
    writeFileSync(join(f.dataDir, "workspaces", f.attemptId, "store", "index.lock"), "");
    const spec = {
      projectId: f.projectId,
      taskId: f.taskId,
      attemptId: f.attemptId,
      path: opened.path,
      message: "m",
    };
    const shot = await reborn(f).snapshot({ ...spec, parentSha: opened.startSha, baseSha: opened.startSha });
    expect(shot.status).toBe("ok");
    expect(existsSync(`${mirror}/objects/pack/tmp_pack_abc`)).toBe(false);
  });

  it("keeps the workspaces of living attempts and drops the others [req:workspaces.orphans]", async () => {
    await using f = new Fixture();
    const kept = f.newId("attempt");
    await f.open();
    await f.open({ attemptId: kept });
    expect((await f.workspaces.list()).map(({ attemptId }) => attemptId)).toEqual([f.attemptId, kept]);
    expect(await f.workspaces.dropOrphans(async () => new Set([kept]))).toEqual([f.attemptId]);
    expect(await f.workspaces.list()).toMatchObject([
      { attemptId: kept, projectId: f.projectId, taskId: f.taskId },
    ]);
  });

  it("serves many attempts of one project at once [req:workspaces.concurrent]", async () => {
    await using f = new Fixture();
    const { baseSha } = await f.workspaces.refreshMirror({
      projectId: f.projectId,
      root: f.root,
      base: "main",
    });
    const one = async (n: number): Promise<string> => {
      const taskId = f.newId("task");
      const attemptId = f.newId("attempt");
      const common = { projectId: f.projectId, taskId, attemptId };
      const opened = await f.workspaces.open({ ...common, root: f.root, startSha: baseSha });
      f.write(opened.path, "n.txt", `${n}\n`);
      const shot = await f.workspaces.snapshot({
        ...common,
        path: opened.path,
        parentSha: baseSha,
        baseSha,
        message: "m",
      });
      if (shot.status !== "ok") throw new Error(shot.status);
      const published = await f.workspaces.publish({
        projectId: f.projectId,
        root: f.root,
        sha: shot.sha,
        branch: "same",
      });
      await f.workspaces.remove(attemptId);
      return published.branch;
    };
    const branches = await Promise.all(Array.from({ length: 6 }, (_, n) => one(n)));
    expect(branches.sort()).toEqual(["same", "same-2", "same-3", "same-4", "same-5", "same-6"]);
    expect(f.mirror("fsck", "--full", "--no-dangling")).toBe("");
  });
});

describe("names and owners", () => {
  const hostile = [
    "x;id",
    "x$(id)",
    "x`id`",
    "x|id",
    "x&&id",
    "x${IFS}id",
    "x'y",
    "x>y",
    "x\u3000y",
    "x\u202ey",
    "-x",
    "x y",
    "a..b",
  ];
  const options = [
    "--output=/tmp/x",
    "--upload-pack=touch",
    "--rec=x",
    "-Ox",
    "main:evil",
    "x~1",
    "x.lock",
    "@{-1}",
    "HEAD",
    "",
  ];

  it("refuses what is no plain name as a base, a branch and a commit [req:git.ref-names]", async () => {
    await using f = new Fixture();
    const { root, projectId } = f;
    const sha = f.sh(root, "rev-parse", "HEAD").trim();
    for (const name of [...hostile, ...options]) {
      const tries = [
        f.workspaces.refreshMirror({ projectId, root, base: name }),
        f.workspaces.resolveBase(root, name),
        f.publish(sha, name),
        f.diff(name, sha),
        f.checkout(name),
        f.workspaces.readBaseFile(projectId, root, name, "README.md", 100),
      ];
      for (const outcome of await Promise.allSettled(tries)) {
        expect(outcome, name).toMatchObject({ status: "rejected", reason: { code: "invalid_ref" } });
      }
    }
    expect(existsSync("/tmp/x")).toBe(false);
  });

  it("refuses ids and paths that lead elsewhere [req:workspaces.paths]", async () => {
    await using f = new Fixture();
    const opened = await f.open();
    for (const id of ["../x", "", "a/b", ".git", "-x"]) {
      await expect(f.workspaces.remove(id)).rejects.toMatchObject({ code: "invalid_params" });
      await expect(f.open({ attemptId: id })).rejects.toMatchObject({ code: "invalid_params" });
    }
    const spec = { projectId: f.projectId, taskId: f.taskId, attemptId: f.attemptId, message: "m" };
    const shot = { ...spec, path: f.root, parentSha: opened.startSha, baseSha: opened.startSha };
    await expect(f.workspaces.snapshot(shot)).rejects.toMatchObject({ code: "path_escape" });
  });

  it("never finds a repository above a workspace without one [req:workspaces.no-parent-repository]", async () => {
    await using f = new Fixture();
    // The data directory inside a repository of the user's: the worst place it can lie.
    const inside = new Workspaces({ git: f.git, dataDir: join(f.root, "data"), clock: { now: () => 0 } });
    f.write(f.root, ".gitignore", "data/\n");
    f.commitAll(f.root, "ignore");
    const before = checkoutHash(f.root, ["/data"]);
    const { baseSha } = await inside.refreshMirror({ projectId: f.projectId, root: f.root, base: "main" });
    const common = { projectId: f.projectId, taskId: f.taskId, attemptId: f.attemptId };
    const opened = await inside.open({ ...common, startSha: baseSha, root: f.root });
    execFileSync("rm", ["-rf", join(opened.path, ".git")]);
    f.write(opened.path, "x", "1\n");
    const shot = await inside.snapshot({
      ...common,
      path: opened.path,
      parentSha: baseSha,
      baseSha,
      message: "m",
    });
    expect(shot).toMatchObject({ status: "ok", stat: { files: 1 } });
    expect(checkoutHash(f.root, ["/data"])).toBe(before);
  });

  it.skipIf(process.geteuid?.() !== 0)(
    "reads a repository another user owns, and only that one [req:git.safe-directory]",
    async () => {
      await using f = new Fixture();
      for (const entry of ["", ...readdirSync(f.root, { recursive: true, encoding: "utf8" })])
        chownSync(join(f.root, entry), 12345, 12345);
      const opened = await f.open();
      f.write(opened.path, "x", "1\n");
      const { sha } = await f.snapshot(opened);
      expect((await f.publish(sha, "b")).branch).toBe("b");
      const config = readdirSync(join(f.dataDir, "git"));
      expect(config).toHaveLength(1);
    },
  );
});
