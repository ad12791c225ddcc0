import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadConfig } from "../../src/config/index.ts";
import { testDir } from "../support/test-app.ts";

/** The settings a file and some variables come to. */
function load(text: string, env: Record<string, string> = {}) {
  const dir = testDir("aliases");
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = path.join(dir, "config.toml");
  writeFileSync(file, text);
  return loadConfig({ flags: { config: file }, env, cwd: dir, home: dir, platform: "linux" }).config;
}

describe("seed 2's words for settings Harness has", () => {
  it("are read into the same settings [req:policy.seed2-config]", () => {
    const config = load(`
[exec_policy]
approval_profile = "allow_listed"
execution_strategy = "grounded"
sandbox_profile = "networked_workspace"
allowed_commands = ["ls", "git status"]
retry_max_attempts = 2
[exec_policy.sandbox]
allowed_dirs = [".", "~/docs"]
writable_dirs = ["./tmp", "./build"]
network_access = false
readonly_home = true
max_execution_time_secs = 30
`);
    expect(config.approvals.profile).toBe("allow_listed");
    expect(config.agents.execution_strategy).toBe("grounded");
    expect(config.sandbox).toMatchObject({ profile: "networked_workspace", agent_network: "none" });
    expect(config.exec_policy).toMatchObject({
      allowed_commands: ["ls", "git status"],
      retry_max_attempts: 2,
    });
    expect(config.exec_policy.sandbox.writable_dirs).toEqual(["./tmp", "./build"]);
    expect(config.exec_policy.sandbox.allowed_dirs[1]).toMatch(/^\/.*\/docs$/);
    expect(config.exec_policy.sandbox.max_execution_time_secs).toBe(30);
  });

  it("take the seed's variables, lists with colons [req:policy.seed2-config]", () => {
    const config = load("", {
      HARPER_SANDBOX_ENABLED: "true",
      HARPER_SANDBOX_ALLOWED_DIRS: ".:/opt/docs",
      HARPER_SANDBOX_WRITABLE_DIRS: "build",
      HARPER_SANDBOX_ALLOWED_COMMANDS: "ls:git status",
      HARPER_SANDBOX_BLOCKED_COMMANDS: "rm",
      HARPER_SANDBOX_NETWORK: "false",
      HARPER_SANDBOX_READONLY_HOME: "true",
    });
    expect(config.sandbox).toMatchObject({ driver: "auto", agent_network: "none" });
    expect(config.exec_policy).toMatchObject({
      allowed_commands: ["ls", "git status"],
      blocked_commands: ["rm"],
      sandbox: { allowed_dirs: [".", "/opt/docs"], writable_dirs: ["build"] },
    });
    expect(load("", { HARPER_SANDBOX_ENABLED: "false" }).sandbox.driver).toBe("none");
  });

  it("say what disabled means, and refuse what cannot be [req:policy.seed2-config]", () => {
    const off = load('[exec_policy]\nsandbox_profile = "disabled"').sandbox;
    expect(off).toMatchObject({ profile: "danger-full-access", max_profile: "danger-full-access" });
    expect(() => load("[exec_policy.sandbox]\nreadonly_home = false")).toThrow(/never writable/);
    expect(() => load('[exec_policy]\napproval_profile = "sometimes"')).toThrow(/approvals\.profile/);
    expect(() => load('[approvals]\nprofile = "strict"\n[exec_policy]\napproval_profile = "strict"')).toThrow(
      /another name of approvals\.profile/,
    );
    expect(() => load('[exec_policy]\nsandbox_profil = "workspace"')).toThrow(/sandbox_profile/);
  });
});
