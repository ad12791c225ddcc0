import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  describeConfig,
  loadConfig,
  parseConfigFlags,
  renderConfigReference,
  renderDefaultConfig,
} from "../../src/config/index.ts";
import { ConfigHome } from "./config-home.ts";

let home: ConfigHome;
beforeEach(() => {
  home = new ConfigHome();
});
afterEach(() => home[Symbol.dispose]());

const seedSample = `[server]
transport = "stdio"
http_addr = "127.0.0.1:9800"
data_dir = "~/.local/share/harness"
project_root = "."
[agents]
default_agent = "auto"
# complexity_preferred_agents = ["codex", "claude"]
sandbox_mode = "danger-full-access"
[agents.claude]
cli_path = "claude"
default_model = "sonnet"
[agents.codex]
cli_path = "codex"
[agents.anthropic_api]
base_url = "https://api.anthropic.com"
default_model = "claude-sonnet-4-20250514"
max_tokens = 4096
[agents.review]
enabled = true
reviewer_agent = "codex" # local review agent
max_rounds = 3
review_bot_auto_trigger = false
[gc]
max_drafts_per_run = 5
budget_per_signal_usd = 0.50
total_budget_usd = 5.0
draft_ttl_hours = 72
[observe]
log_retention_days = 90
[otel]
environment = "production"
exporter = "otlp-http"
# endpoint = "http://127.0.0.1:4318"
[[projects]]
name = "harness"
root = "/path/to/harness"
default = true # default project for API calls without project field
max_concurrent = 2 # max parallel tasks for this project
[[projects]]
name = "litellm-rs"
root = "/path/to/litellm-rs"
max_concurrent = 2
# default_agent = "auto" # optional override; or set a registered agent name
[[projects]]
name = "vibeguard"
root = "/path/to/vibeguard"
max_concurrent = 1
`;

describe("seed 1's sample configuration", () => {
  it("is read as it is, with exactly these warnings [req:config.seed-sample]", () => {
    const { config, warnings } = home.load(seedSample);
    expect(warnings.map((one) => `${one.line} ${one.code} ${one.field}`)).toEqual([
      "9 ignored agents.sandbox_mode",
      "23 not_yet agents.review.review_bot_auto_trigger",
      "25 not_yet gc",
      "32 not_yet otel",
    ]);
    for (const name of ["max_drafts_per_run", "budget_per_signal_usd", "total_budget_usd", "draft_ttl_hours"])
      expect(warnings[2]?.message).toContain(name);
    expect(config.server).toMatchObject({
      transport: "stdio",
      host: "127.0.0.1",
      port: 9800,
      project_root: path.join(home.dir, "conf"),
    });
    expect(config.server.data_dir).toBe(path.join(home.dir, ".local/share/harness"));
    expect(config.agents.anthropic_api.max_tokens).toBe(4096);
    expect(config.agents.review.reviewer_agent).toBe("codex");
    expect(config.projects.map((one) => [one.name, one.default, one.max_concurrent])).toEqual([
      ["harness", true, 2],
      ["litellm-rs", undefined, 2],
      ["vibeguard", undefined, 1],
    ]);
  });

  it("says nothing of sandbox_mode when the sandbox is switched off on purpose [req:config.seed-sample]", () => {
    const { config, warnings } = home.load('sandbox = "none"\n[agents]\nsandbox_mode = "danger-full-access"');
    expect(config.sandbox.driver).toBe("none");
    expect(warnings).toEqual([]);
  });
});

describe("sources", () => {
  it.each([
    ["default", {}, 9800, "default"],
    ["user file", { user: 1 }, 1, ":2"],
    ["$HARNESS_CONFIG in place of the user file", { user: 1, named: 2 }, 2, ":2"],
    ["--config over $HARNESS_CONFIG", { user: 1, named: 2, flagged: 3 }, 3, ":2"],
    ["variable over files", { user: 1, flagged: 3, variable: 4 }, 4, "variable HARNESS_PORT"],
    ["flag over all", { user: 1, named: 2, flagged: 3, variable: 4, flag: 5 }, 5, "flag --port"],
  ] as const)("%s wins [req:config.precedence]", (_name, from, port, source) => {
    const ports: { user?: number; named?: number; flagged?: number; variable?: number; flag?: number } = from;
    const file = (name: string, value: number) => home.write(name, `[server]\nport = ${value}\n`);
    if (ports.user !== undefined) file(".config/harness/config.toml", ports.user);
    const env: Record<string, string> = {};
    const flags: Record<string, string> = {};
    if (ports.named !== undefined) env["HARNESS_CONFIG"] = file("named.toml", ports.named);
    if (ports.flagged !== undefined) flags["config"] = file("flagged.toml", ports.flagged);
    if (ports.variable !== undefined) env["HARNESS_PORT"] = String(ports.variable);
    if (ports.flag !== undefined) flags["port"] = String(ports.flag);
    const loaded = loadConfig(home.surroundings({ env, flags }));
    expect(loaded.config.server.port).toBe(port);
    expect(loaded.config.server.http_addr).toBe(`127.0.0.1:${port}`);
    expect(loaded.sources["server.port"]?.endsWith(source)).toBe(true);
  });

  it("finds the user file below XDG_CONFIG_HOME [req:config.precedence]", () => {
    home.write("xdg/harness/config.toml", "[server]\nport = 7\n");
    const env = { XDG_CONFIG_HOME: path.join(home.dir, "xdg") };
    expect(loadConfig(home.surroundings({ env })).config.server.port).toBe(7);
  });

  it("lets the address of a higher source replace host and port of a lower one [req:config.precedence]", () => {
    const { config } = home.load('[server]\nhost = "localhost"\nport = 5\n', {
      env: { HARNESS_HTTP_ADDR: "[::1]:8" },
    });
    expect(config.server).toMatchObject({ host: "::1", port: 8, http_addr: "[::1]:8" });
    expect(home.load('[server]\nhttp_addr = "127.0.0.1:4"\nport = 5').config.server.port).toBe(5);
  });

  it("reads vendors' variables below our own, and takes an empty one for unset [req:config.precedence]", () => {
    const env = { ANTHROPIC_API_KEY: "vendor-key", CODEX_HOME: "/c", HARNESS_HOST: "" };
    const { config } = home.load("", { env });
    expect(config.agents.anthropic_api.api_key).toEqual({ from: "text", text: "vendor-key" });
    expect(config.agents.codex.home).toBe("/c");
    const own = home.load("", { env: { ...env, HARNESS_AGENTS_ANTHROPIC_API_API_KEY: "own-key" } });
    expect(own.config.agents.anthropic_api.api_key).toEqual({ from: "text", text: "own-key" });
  });

  it("merges --project into the file by name [req:config.precedence]", () => {
    const flags = parseConfigFlags(["--project", "a=new", "--project=b=~/b"]);
    const file = home.write(
      "c.toml",
      '[[projects]]\nname = "a"\nroot = "old"\ndefault = true\nmax_concurrent = 3\n',
    );
    const { config } = loadConfig(home.surroundings({ flags: { ...flags, config: file } }));
    expect(config.projects).toEqual([
      { name: "a", root: path.join(home.dir, "cwd/new"), default: true, max_concurrent: 3 },
      { name: "b", root: path.join(home.dir, "b") },
    ]);
  });

  it("resolves paths from where they were written [req:config.relative-paths]", () => {
    const { config } = home.load(
      '[server]\ndata_dir = "data"\n[agents.claude]\ncli_path = "bin/claude"\n[agents.codex]\ncli_path = "codex"',
      {
        env: { HARNESS_PROJECT_ROOT: "repo", HARNESS_ALLOWED_PROJECT_ROOTS: "x:~/y" },
      },
    );
    expect(config.server.data_dir).toBe(path.join(home.dir, "conf/data"));
    expect(config.agents.claude.cli_path).toBe(path.join(home.dir, "conf/bin/claude"));
    expect(config.agents.codex.cli_path).toBe("codex");
    expect(config.server.project_root).toBe(path.join(home.dir, "cwd/repo"));
    expect(config.server.allowed_project_roots).toEqual([
      path.join(home.dir, "cwd/x"),
      path.join(home.dir, "y"),
    ]);
  });

  it("warns about a mistyped variable [req:config.misspelt]", () => {
    const { warnings } = home.load("", { env: { HARNESS_PROT: "1", HARNESS_SOMETHING_ELSE_ENTIRELY: "1" } });
    expect(warnings.map((one) => one.field)).toEqual(["HARNESS_PROT"]);
    expect(warnings[0]?.message).toContain("HARNESS_PORT");
  });

  it("knows agents made of commands [req:config.precedence]", () => {
    const { config } = home.load('[agents.command.mine]\nargv = "my-agent --quiet"\nroles = ["implementer"]');
    expect(config.agents.command).toEqual({
      mine: { argv: ["my-agent", "--quiet"], roles: ["implementer"] },
    });
  });
});

describe("generated files", () => {
  const shipped = new URL("../../../../config/default.toml", import.meta.url);

  it("config/default.toml is current and says the defaults [req:config.reference]", () => {
    expect(readFileSync(shipped, "utf8")).toBe(renderDefaultConfig());
    const plain = loadConfig(home.surroundings());
    const written = home.load(renderDefaultConfig());
    expect(written.warnings).toEqual([]);
    expect(written.config).toEqual(plain.config);
  });

  it("the reference names every setting [req:config.reference]", () => {
    const page = renderConfigReference();
    for (const { key } of describeConfig(loadConfig(home.surroundings())))
      expect(page).toContain(`\`${key}\``);
  });
});
