import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ClaudeLogin } from "../../src/agents/claude/login.ts";
import { CodexLogin } from "../../src/agents/codex/login.ts";
import { ConversationHomes } from "../../src/agents/conversation-home.ts";

describe("the private home of a conversation", () => {
  let root: string;
  let home: string;
  let operator: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "private-home-"));
    home = path.join(root, "home");
    operator = path.join(root, "operator");
    await mkdir(home);
    await mkdir(operator);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const claude = () =>
    new ClaudeLogin({ directory: operator, account_file: path.join(operator, ".claude.json") });
  const credentials = (expiresAt: number) =>
    JSON.stringify({ claudeAiOauth: { accessToken: "t", expiresAt } });

  it("takes over what a Claude login needs, no hook and no standing permission [req:agents.private-home]", async () => {
    const settings = {
      apiKeyHelper: "/bin/key",
      hooks: { Stop: [] },
      permissions: { allow: ["Bash"] },
      env: { A: "1" },
    };
    await writeFile(path.join(operator, "settings.json"), JSON.stringify(settings));
    await writeFile(
      path.join(operator, ".claude.json"),
      JSON.stringify({ projects: { "/p": {} }, mcpServers: {}, userID: "u" }),
    );
    await writeFile(path.join(operator, ".credentials.json"), credentials(1));
    const writable = await claude().fill(home);
    expect(writable).toEqual([path.join(operator, ".credentials.json")]);
    expect(JSON.parse(await readFile(path.join(home, "settings.json"), "utf8"))).toEqual({
      apiKeyHelper: "/bin/key",
      env: { A: "1" },
    });
    expect(JSON.parse(await readFile(path.join(home, ".claude.json"), "utf8"))).toEqual({
      hasCompletedOnboarding: true,
      userID: "u",
    });
    expect(await readlink(path.join(home, ".credentials.json"))).toBe(writable[0]);
  });

  it("follows no link an agent planted, neither writing nor reading [req:agents.private-home]", async () => {
    const victim = path.join(root, "victim");
    await writeFile(victim, "untouched");
    await writeFile(path.join(operator, ".credentials.json"), credentials(1));
    for (const name of ["settings.json", ".claude.json", ".credentials.json"])
      await symlink(victim, path.join(home, name));
    await claude().fill(home);
    expect(await readFile(victim, "utf8")).toBe("untouched");
    await writeFile(victim, credentials(9_999));
    await rm(path.join(home, ".credentials.json"));
    await symlink(victim, path.join(home, ".credentials.json"));
    await claude().takeBack(home);
    expect(await readFile(path.join(operator, ".credentials.json"), "utf8")).toBe(credentials(1));
  });

  it("takes a renewed token back, never an older one [req:agents.private-home]", async () => {
    await writeFile(path.join(operator, ".credentials.json"), credentials(5));
    await writeFile(path.join(home, ".credentials.json"), credentials(4));
    await claude().takeBack(home);
    expect(await readFile(path.join(operator, ".credentials.json"), "utf8")).toBe(credentials(5));
    await writeFile(path.join(home, ".credentials.json"), credentials(6));
    await claude().takeBack(home);
    expect(await readFile(path.join(operator, ".credentials.json"), "utf8")).toBe(credentials(6));
  });

  it("takes over a Codex model and provider, no MCP server and no notifier [req:agents.private-home]", async () => {
    const config =
      'model = "m"\nnotify = ["evil"]\n[mcp_servers.x]\ncommand = "evil"\n[model_providers.p]\nenv_key = "MY_KEY"\n';
    await writeFile(path.join(operator, "config.toml"), config);
    await writeFile(path.join(operator, "auth.json"), "{}");
    const login = new CodexLogin(operator);
    expect(await login.fill(home, "/w/1")).toEqual([path.join(operator, "auth.json")]);
    const written = await readFile(path.join(home, "config.toml"), "utf8");
    expect(written).toContain('model = "m"');
    expect(written).toContain('trust_level = "untrusted"');
    expect(written).not.toContain("evil");
    expect(await login.variables()).toEqual(["MY_KEY"]);
  });

  it("is copied for a fork without the links an agent planted in it [req:agents.private-home]", async () => {
    const homes = new ConversationHomes(path.join(root, "homes-of-agent"));
    await mkdir(path.join(home, "sessions", "day"), { recursive: true });
    await writeFile(path.join(home, "sessions", "day", "said.jsonl"), "hello");
    await writeFile(path.join(root, "victim"), "private");
    await symlink(path.join(root, "victim"), path.join(home, "sessions", "planted"));
    await symlink(operator, path.join(home, "sessions", "planted-directory"));
    await writeFile(path.join(home, "state.sqlite"), "not asked for");
    const copy = await homes.copy(home, ["sessions", "missing"]);
    expect(await readdir(copy)).toEqual(["missing", "sessions"]);
    expect(await readdir(path.join(copy, "sessions"))).toEqual(["day"]);
    expect(await readFile(path.join(copy, "sessions", "day", "said.jsonl"), "utf8")).toBe("hello");
  });
});
