import { describe, expect, it } from "vitest";
import { isDangerousConfigKey } from "./config-guard.ts";
import { gitEnvironment, hardenedArguments } from "./hardening.ts";
import { unquotePath } from "./quoted-paths.ts";

describe("a hardened call", () => {
  it("builds its environment from nothing and names the repository [req:git.hardened]", () => {
    const env = gitEnvironment({ gitDir: "/d/m.git", workTree: "/w/tree", args: [] }, { path: "/usr/bin" });
    expect(env).toMatchObject({
      PATH: "/usr/bin",
      HOME: "/nonexistent",
      GIT_DIR: "/d/m.git",
      GIT_WORK_TREE: "/w/tree",
      GIT_CEILING_DIRECTORIES: "/w:/d",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_ALLOW_PROTOCOL: "",
      GIT_TERMINAL_PROMPT: "0",
      GIT_ASKPASS: "/bin/false",
      GIT_SSH_COMMAND: "/bin/false",
      GIT_ATTR_NOSYSTEM: "1",
      GIT_OPTIONAL_LOCKS: "0",
    });
    expect(
      Object.keys(env).filter((key) => !/^(GIT_|PATH$|HOME$|LANG$|LC_ALL$|SSH_ASKPASS$)/.test(key)),
    ).toEqual([]);
    expect(
      gitEnvironment({ gitDir: "/d", args: [], protocol: "file" }, { path: "" })["GIT_ALLOW_PROTOCOL"],
    ).toBe("file");
  });

  it.each(["diff", "show", "log", "diff-tree", "diff-files", "diff-index"])(
    "never lets %s start a driver [req:git.hardened]",
    (subcommand) => {
      const args = hardenedArguments(subcommand, ["-p", "--end-of-options", "x"]);
      expect(args.slice(args.indexOf(subcommand))).toEqual([
        subcommand,
        "--no-ext-diff",
        "--no-textconv",
        "-p",
        "--end-of-options",
        "x",
      ]);
      for (const setting of [
        "core.hooksPath=/dev/null",
        "core.fsmonitor=false",
        "credential.helper=",
        "protocol.ext.allow=never",
      ]) {
        expect(args).toContain(setting);
      }
    },
  );
});

describe("configuration keys", () => {
  it.each([
    "include.path",
    "includeif.gitdir:/x.path",
    "filter.lfs.clean",
    "filter.a.b.required",
    "diff.external",
    "diff.x.y.command",
    "merge.z.driver",
    "alias.st",
    "core.sshcommand",
    "core.worktree",
    "remote.http://x.y/z.uploadpack",
    "url.ext::sh.insteadof",
    "extensions.worktreeconfig",
    "credential.helper",
    "gpg.ssh.program",
  ])("%s could run code [req:git.config-tampered]", (key) => expect(isDangerousConfigKey(key)).toBe(true));

  it.each([
    "core.bare",
    "user.name",
    "remote.origin.url",
    "branch.main.merge",
    "core.hookspath",
    "diff.algorithm",
    "merge.conflictstyle",
  ])("%s is left to the user", (key) => expect(isDangerousConfigKey(key)).toBe(false));
});

describe("printed paths", () => {
  it("come back as the exact bytes [req:git.hardened]", () => {
    expect(unquotePath("plain name.txt").toString()).toBe("plain name.txt");
    expect(unquotePath('"a\\tb\\"c\\\\d\\n"').toString()).toBe('a\tb"c\\d\n');
    expect(unquotePath('"caf\\303\\251"').toString()).toBe("café");
    expect([...unquotePath('"\\377\\001x"')]).toEqual([255, 1, 120]);
  });
});
