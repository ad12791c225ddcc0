import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { HarnessError } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { checkoutHash, Fixture } from "./fixture.ts";
import { forgetFired, plantHooks, traps } from "./traps.ts";

const skips: Record<string, string[]> = {
  "git-file": [],
  "embedded-repository": ["embedded_repository"],
  "git-link": ["embedded_repository"],
};

describe("traps an agent leaves in its clone", () => {
  it.each(traps)(
    "$name: nothing runs from turn to cleanup [req:git.no-traps, workspaces.untrusted-state]",
    async (trap) => {
      await using f = new Fixture();
      const opened = await f.open();
      trap.plant(f, opened.path);
      f.write(opened.path, "work.txt", "done\n");
      await rm(f.fired, { recursive: true });
      execFileSync("mkdir", [f.fired]);
      await runToTheEnd(f, opened, trap.name);
      expect(f.firedTraps()).toEqual([]);
    },
  );

  it.each(traps.filter((trap) => trap.careless !== undefined))("$name: is sharp", async (trap) => {
    await using f = new Fixture();
    const opened = await f.open();
    trap.plant(f, opened.path);
    forgetFired(f);
    trap.careless!(f, opened.path);
    expect(f.firedTraps()).toEqual([trap.name]);
  });

  it("holds with all of them at once [req:git.no-traps]", async () => {
    await using f = new Fixture();
    const opened = await f.open();
    const separate = ["git-file", "git-link", "broken-git", "no-git", "link-for-ignore-file"];
    for (const trap of traps.filter(({ name }) => !separate.includes(name))) trap.plant(f, opened.path);
    f.write(opened.path, "work.txt", "done\n");
    forgetFired(f);
    await runToTheEnd(f, opened, "embedded-repository");
    expect(f.firedTraps()).toEqual([]);
  });

  it("does not enter a submodule the agent filled [req:workspaces.submodules-off]", async () => {
    await using f = new Fixture();
    f.sh(
      f.root,
      "update-index",
      "--add",
      "--cacheinfo",
      `160000,${f.sh(f.root, "rev-parse", "HEAD").trim()},sub`,
    );
    f.write(f.root, ".gitmodules", '[submodule "sub"]\n\tpath = sub\n\turl = ./nowhere\n');
    f.sh(f.root, "add", ".gitmodules");
    f.sh(f.root, "commit", "-q", "-m", "with a submodule");
    const opened = await f.open();
    const sub = join(opened.path, "sub");
    f.sh(opened.path, "init", "-q", "sub");
    f.write(sub, "x", "x\n");
    f.commitAll(sub, "inner");
    f.sh(sub, "config", "core.fsmonitor", f.trap("submodule"));
    plantHooks(f, join(sub, ".git/hooks"), "submodule");
    f.write(opened.path, "work.txt", "done\n");
    const shot = await f.snapshot(opened);
    expect(f.mirror("diff", "--name-only", opened.startSha, shot.sha).trim()).toBe("work.txt");
    expect(f.firedTraps()).toEqual([]);
    await rm(sub, { recursive: true });
    const without = await f.snapshot(opened, shot.sha);
    expect(without).toMatchObject({ empty: true, sha: shot.sha });
  });
});

describe("traps in the user's own repository", () => {
  it("runs nothing of what was there at registration [req:git.no-traps]", async () => {
    await using f = new Fixture();
    for (const trap of traps.filter(({ name }) =>
      ["fsmonitor", "filter", "diff-driver", "transport", "signing", "include", "hooks"].includes(name),
    )) {
      trap.plant(f, f.root);
    }
    // Rewriting every local path to another transport is refused by git itself, and fails the publication: seen, and right.
    f.sh(f.root, "config", "--remove-section", `url.ext::${f.trap("transport")} `);
    await f.workspaces.inspectRepository(f.root);
    forgetFired(f);
    const before = checkoutHash(f.root);
    const opened = await f.open();
    f.write(opened.path, "work.txt", "done\n");
    const { sha } = await f.snapshot(opened);
    const spec = {
      projectId: f.projectId,
      root: f.root,
      sha,
      branch: "harness/done",
    };
    expect((await f.workspaces.publish(spec)).branch).toBe("harness/done");
    expect(f.firedTraps()).toEqual([]);
    expect(checkoutHash(f.root, ["/.git/refs/heads/harness"])).toBe(before);
  });

  it("refuses to publish when such a key appeared since, and names it [req:git.config-tampered]", async () => {
    await using f = new Fixture();
    const { gitConfigSnapshot } = await f.workspaces.inspectRepository(f.root);
    const { baseSha } = await f.workspaces.refreshMirror({
      projectId: f.projectId,
      root: f.root,
      base: "main",
    });
    const file = join(f.root, ".git/config");
    const clean = readFileSync(file);
    for (const key of DANGEROUS_KEYS) {
      f.sh(f.dir, "config", "--file", file, key, "true");
      const spec = {
        projectId: f.projectId,
        root: f.root,
        sha: baseSha,
        branch: "b",
        allowedConfig: gitConfigSnapshot,
      };
      const error = await f.workspaces.publish(spec).catch((error: unknown) => error);
      expect(error).toMatchObject({ code: "repo_config_tampered" });
      expect((error as HarnessError).details.field?.toLowerCase()).toBe(key.toLowerCase());
      writeFileSync(file, clean);
    }
    expect(f.sh(f.root, "branch", "--list", "b")).toBe("");
    // A person may say that it is their own.
    f.sh(f.root, "config", "alias.mine", "!true");
    const spec = { projectId: f.projectId, root: f.root, sha: baseSha, branch: "b" };
    await expect(f.workspaces.publish(spec)).rejects.toMatchObject({ details: { field: "alias.mine" } });
    await f.workspaces.acceptConfig(spec);
    expect((await f.workspaces.publish(spec)).branch).toBe("b");
  });
});

const DANGEROUS_KEYS = [
  "include.path",
  "includeIf.gitdir:/.path",
  "filter.a.clean",
  "diff.a.textconv",
  "diff.external",
  "merge.a.driver",
  "alias.b",
  "core.sshCommand",
  "core.gitProxy",
  "core.editor",
  "core.alternateRefsCommand",
  "remote.a.b.uploadpack",
  "remote.o.vcs",
  "url.ext::x.insteadOf",
  "extensions.worktreeConfig",
  "credential.https://x.helper",
];

async function runToTheEnd(
  f: Fixture,
  opened: Awaited<ReturnType<Fixture["open"]>>,
  name: string,
): Promise<void> {
  const userBefore = checkoutHash(f.root);
  const shot = await f.snapshot(opened);
  expect(f.mirror("cat-file", "blob", `${shot.sha}:work.txt`)).toBe("done\n");
  expect(f.mirror("ls-tree", "-r", "--name-only", shot.sha)).not.toMatch(/(^|\/)\.git(\/|$)/m);
  expect([...new Set(shot.skipped.map(({ reason }) => reason))]).toEqual(skips[name] ?? []);
  f.write(opened.path, "more.txt", "more\n");
  const next = await f.snapshot(opened, shot.sha);
  for (const purpose of ["validate", "review"] as const) await f.checkout(next.sha, purpose);
  await f.diff(opened.startSha, next.sha);
  await f.publish(next.sha);
  await f.workspaces.remove(f.attemptId);
  expect(checkoutHash(f.root, ["/.git/refs/heads/harness"])).toBe(userBefore);
}
