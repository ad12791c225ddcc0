import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refuseTamperedConfig } from "../../src/git/index.ts";
import { Fixture } from "../workspaces/fixture.ts";

describe("the git runner", () => {
  it("runs a command in the named repository and returns what it said [req:git.hardened]", async () => {
    await using f = new Fixture();
    const gitDir = join(f.root, ".git");
    const log = await f.git.run({ gitDir, args: ["log", "-1", "--format=%s"] });
    expect(log).toEqual({ exitCode: 0, stdout: "first\n", stderr: "", cut: false });
    const missing = await f.git.run({ gitDir, args: ["rev-parse", "--verify", "nope"], allowFailure: true });
    expect(missing.exitCode).toBe(128);
    await expect(f.git.run({ gitDir, args: ["rev-parse", "--verify", "nope"] })).rejects.toMatchObject({
      code: "git_failed",
      message: expect.stringContaining("Needed a single revision"),
    });
    expect((await f.git.version()).text).toMatch(/^\d+\.\d+/);
  });

  it("never looks for a repository elsewhere [req:git.no-discovery]", async () => {
    await using f = new Fixture();
    await expect(
      f.git.run({ gitDir: join(f.root, "src"), workTree: f.root, args: ["status"] }),
    ).rejects.toMatchObject({ code: "git_failed" });
    await expect(f.git.run({ gitDir: join(f.root, ".git"), args: ["-c"] })).rejects.toMatchObject({
      code: "internal",
    });
    await expect(f.git.run({ gitDir: join(f.root, ".git"), args: ["--exec-path=/x"] })).rejects.toMatchObject(
      { code: "internal" },
    );
  });

  it("inherits nothing of the server's environment [req:git.hardened]", async () => {
    await using f = new Fixture();
    process.env["GIT_TRACE"] = join(f.dir, "trace");
    process.env["GIT_CONFIG_COUNT"] = "1";
    process.env["GIT_CONFIG_KEY_0"] = "alias.x";
    process.env["GIT_CONFIG_VALUE_0"] = "!true";
    try {
      const { stdout } = await f.git.run({
        gitDir: join(f.root, ".git"),
        args: ["config", "--list", "--show-scope"],
      });
      expect(stdout).not.toContain("alias.x");
      expect(stdout).not.toMatch(/^(system|global)/m);
      expect(readdirSync(f.dir)).not.toContain("trace");
    } finally {
      for (const name of ["GIT_TRACE", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0"])
        delete process.env[name];
    }
  });

  it("uses no transport unless told, and then local paths only [req:git.transports]", async () => {
    await using f = new Fixture();
    const gitDir = join(f.root, ".git");
    f.write(f.dir, "cmd.sh", `#!/bin/sh\n${f.trap("ext")}\n`, 0o755);
    const fetch = (url: string, protocol: "none" | "file") =>
      f.git.run({ gitDir, args: ["fetch", "--end-of-options", url, "main"], protocol });
    await expect(fetch(f.root, "none")).rejects.toMatchObject({
      message: expect.stringContaining("not allowed"),
    });
    await fetch(f.root, "file");
    for (const url of [
      `ext::${join(f.dir, "cmd.sh")}`,
      "ssh://localhost/x",
      "https://localhost:1/x",
      "git://localhost/x",
    ]) {
      await expect(fetch(url, "file")).rejects.toMatchObject({
        message: expect.stringContaining("not allowed"),
      });
    }
    expect(f.firedTraps()).toEqual([]);
  });

  it("keeps output to the cap and marks the cut; stops when told [req:git.limits]", async () => {
    await using f = new Fixture();
    f.write(f.root, "long", "0123456789\n".repeat(20_000));
    f.commitAll(f.root, "long");
    const gitDir = join(f.root, ".git");
    const blob = await f.git.run({ gitDir, args: ["cat-file", "blob", "main:long"], outputCapBytes: 1000 });
    expect(blob.cut).toBe(true);
    expect(blob.stdout).toHaveLength(1000);
    expect(blob.stdout.startsWith("0123456789\n0")).toBe(true);
    const whole = await f.git.run({ gitDir, args: ["cat-file", "blob", "main:long"] });
    expect(whole).toMatchObject({ cut: false, stdout: readFileSync(join(f.root, "long"), "utf8") });
    await expect(
      f.git.run({ gitDir, args: ["cat-file", "--batch"], signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: "git_failed", message: expect.stringContaining("aborted") });
  });

  it("reads configuration as data, without following includes [req:git.config-tampered]", async () => {
    await using f = new Fixture();
    const gitDir = join(f.root, ".git");
    await refuseTamperedConfig(f.git, gitDir);
    f.write(f.dir, "evil.cfg", `[core]\n\tfsmonitor = ${f.trap("include")}\n`);
    f.sh(f.root, "config", "include.path", join(f.dir, "evil.cfg"));
    await expect(refuseTamperedConfig(f.git, gitDir)).rejects.toMatchObject({
      code: "repo_config_tampered",
      details: { field: "include.path" },
    });
    await refuseTamperedConfig(f.git, gitDir, new Map([["include.path", [join(f.dir, "evil.cfg")]]]));
    f.sh(f.root, "config", "--add", "include.path", "/another");
    await expect(
      refuseTamperedConfig(f.git, gitDir, new Map([["include.path", [join(f.dir, "evil.cfg")]]])),
    ).rejects.toMatchObject({ code: "repo_config_tampered" });
    f.write(f.root, ".git/config", "[broken");
    await expect(refuseTamperedConfig(f.git, gitDir)).rejects.toMatchObject({ code: "repo_config_tampered" });
  });
});

describe("the source", () => {
  const packages = join(import.meta.dirname, "../../..");
  const sources = readdirSync(packages)
    .map((name) => join(packages, name, "src"))
    .flatMap((dir) => readdirSync(dir, { recursive: true, encoding: "utf8" }).map((name) => join(dir, name)))
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file));
  const offenders = (pattern: RegExp, allowed: RegExp) =>
    sources.filter((file) => !allowed.test(file) && pattern.test(readFileSync(file, "utf8")));

  it("starts programs in one folder only, and never through a shell [req:git.one-runner]", () => {
    expect(sources.length).toBeGreaterThan(20);
    // The others are texts of programs that run inside a sandbox, not in the server.
    const allowed = /server\/src\/(?:process\/|sandbox\/(?:unshare-init|bridge-node|srt-relay)\.ts$)/;
    expect(offenders(/["'](?:node:)?child_process["']|["']execa["']/, allowed)).toEqual([]);
    expect(
      offenders(/\bshell\s*:\s*(?:true|["'`]|[\w.$]+\s*[,}])|\bexecSync\(|\bspawnSync\(/, allowed),
    ).toEqual([]);
  });

  it("names the git program in one place [req:git.one-runner]", () => {
    expect(
      offenders(
        /\bfile:\s*["'`]git["'`]|\?\?\s*["']git["']|(?:spawn|run|start)\(\s*["']git["']/,
        /server\/src\/git\/git-runner\.ts$/,
      ),
    ).toEqual([]);
  });
});
