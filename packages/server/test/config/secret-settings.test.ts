import { chmodSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { configSecrets, describeConfig, loadConfig } from "../../src/config/index.ts";
import { ConfigHome } from "./config-home.ts";

let home: ConfigHome;
beforeEach(() => {
  home = new ConfigHome();
});
afterEach(() => home[Symbol.dispose]());

describe("secrets in settings", () => {
  const canary = "canary-8c1f0a77d2";

  it.each([
    `[server]\napi_token = "${canary} "`,
    `[server]\ndatabase_url = "mysql://u:${canary}@h/d"`,
    `[server]\napi_token = ["${canary}"]`,
    `[server]\napi_token = "${canary}\n`,
    `[agents.anthropic_api]\napi_key = "${canary}\u0007"`,
    `[server]\napi_token = "${canary}${canary}"\nprot = 1`,
  ])("are not in the error for %j [req:config.secret-hidden]", (text) => {
    const error = home.failure(text);
    expect(JSON.stringify([error.message, error.details, error.stack, String(error.cause)])).not.toContain(
      canary,
    );
  });

  it("are not in an error about a variable [req:config.secret-hidden]", () => {
    const error = home.failure("", {
      env: { HARNESS_API_TOKEN: `${canary} x`, HARNESS_DATABASE_URL: canary },
    });
    expect(JSON.stringify([error.message, error.details])).not.toContain(canary);
  });

  it("are listed for the redactor and hidden from the listing [req:config.secret-hidden]", () => {
    const loaded = home.load(`[server]\napi_token = "${canary}${canary}"`);
    expect(configSecrets(loaded.config)).toEqual([{ label: "server.api_token", value: canary + canary }]);
    const shown = describeConfig(loaded);
    expect(JSON.stringify(shown)).not.toContain(canary);
    expect(shown.find((one) => one.key === "server.api_token")?.value).toBe("set");
    expect(JSON.stringify(loaded.warnings)).not.toContain(canary);
  });

  it("may be named by variable, which must be set [req:config.secret-variable]", () => {
    const text = `[agents.openai_api]\napi_key = "$${"{MY_KEY}"}"`;
    expect(home.load(text, { env: { MY_KEY: canary } }).config.agents.openai_api.api_key).toEqual({
      from: "text",
      text: canary,
    });
    expect(home.failure(text).message).toContain("the variable MY_KEY, which is not set");
  });

  it("may be handles, which are shown as they are and are no secrets themselves [req:secrets.handles]", () => {
    const text = [
      "[server]",
      'api_token = "env:MY_TOKEN"',
      `database_url = 'command:["pass", "show", "${canary}"]'`,
      "[agents.claude.set_env]",
      'ANTHROPIC_API_KEY = "file:/run/keys/anthropic"',
      "[agents.acp.opencode.set_env]",
      `OPENAI_API_KEY = "${canary}"`,
      'MODE = "env:MODE"',
    ].join("\n");
    const file = home.write("handles.toml", text);
    chmodSync(file, 0o644);
    const loaded = loadConfig(home.surroundings({ flags: { config: file } }));
    expect(loaded.config.server.api_token).toEqual({ from: "env", name: "MY_TOKEN" });
    expect(loaded.config.agents.claude.set_env).toEqual({
      ANTHROPIC_API_KEY: { from: "file", path: "/run/keys/anthropic" },
    });
    expect(loaded.warnings).toEqual([]);
    expect(configSecrets(loaded.config)).toEqual([]);
    const shown = new Map(describeConfig(loaded).map(({ key, value }) => [key, value]));
    expect(shown.get("server.api_token")).toBe("env:MY_TOKEN");
    expect(shown.get("server.database_url")).toBe("command:pass");
    expect(shown.get("agents.claude.set_env")).toBe("set");
    expect(shown.get("agents.acp")).toBe(
      '{"opencode":{"set_env":{"OPENAI_API_KEY":"set","MODE":"env:MODE"}}}',
    );
    expect(JSON.stringify([...shown])).not.toContain(canary);
  });

  it.each([
    ['[server]\napi_token = "env:not a name"', "server.api_token"],
    ['[server]\napi_token = "file:relative"', "server.api_token"],
    ["[server]\napi_token = 'command:pass show it'", "server.api_token"],
    ['[agents.codex.set_env]\nGITHUB_TOKEN = "x"', "agents.codex.set_env"],
    ['[agents.acp.opencode]\nenv = ["GH_TOKEN"]', "agents.acp.opencode.env.0 is a variable no agent gets."],
    ['[agents.command.a]\nargv = ["x"]\nvariables = ["HARNESS_TOKEN"]', "is a variable no agent gets."],
    ['[agents.claude.set_env]\nA = "env:GITHUB_TOKEN"', "leads to a variable no agent gets."],
  ])("that cannot be one is refused: %s [req:secrets.handles]", (text, said) => {
    expect(home.failure(text).message).toContain(said);
  });

  it("in a file others can read are warned about [req:config.secret-hidden]", () => {
    const file = home.write("open.toml", `[server]\napi_token = "${canary}${canary}"\n`);
    chmodSync(file, 0o644);
    const { warnings } = loadConfig(home.surroundings({ flags: { config: file } }));
    expect(warnings.map((one) => [one.code, one.field, one.line])).toEqual([
      ["unsafe", "server.api_token", 2],
    ]);
  });
});
