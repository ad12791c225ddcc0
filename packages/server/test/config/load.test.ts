import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { HarnessError } from "@harness/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ConfigSurroundings,
  configSecrets,
  describeConfig,
  loadConfig,
  parseConfigFlags,
  renderConfigReference,
  renderDefaultConfig,
} from "../../src/config/index.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), "harness-config-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function surroundings(more: Partial<ConfigSurroundings> = {}): ConfigSurroundings {
  return { flags: {}, env: {}, cwd: path.join(home, "cwd"), home, platform: "linux", ...more };
}

function write(name: string, text: string | Buffer): string {
  const file = path.join(home, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

function load(text: string | Buffer, more: Partial<ConfigSurroundings> = {}) {
  return loadConfig(surroundings({ flags: { config: write("conf/harness.toml", text) }, ...more }));
}

function failure(text: string | Buffer, more: Partial<ConfigSurroundings> = {}): HarnessError {
  try {
    load(text, more);
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
  throw new Error("the settings were accepted");
}

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
    const { config, warnings } = load(seedSample);
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
      project_root: path.join(home, "conf"),
    });
    expect(config.server.data_dir).toBe(path.join(home, ".local/share/harness"));
    expect(config.agents.anthropic_api.max_tokens).toBe(4096);
    expect(config.agents.review.reviewer_agent).toBe("codex");
    expect(config.projects.map((one) => [one.name, one.default, one.max_concurrent])).toEqual([
      ["harness", true, 2],
      ["litellm-rs", undefined, 2],
      ["vibeguard", undefined, 1],
    ]);
  });

  it("says nothing of sandbox_mode when the sandbox is switched off on purpose [req:config.seed-sample]", () => {
    const { config, warnings } = load('sandbox = "none"\n[agents]\nsandbox_mode = "danger-full-access"');
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
    const file = (name: string, value: number) => write(name, `[server]\nport = ${value}\n`);
    if (ports.user !== undefined) file(".config/harness/config.toml", ports.user);
    const env: Record<string, string> = {};
    const flags: Record<string, string> = {};
    if (ports.named !== undefined) env["HARNESS_CONFIG"] = file("named.toml", ports.named);
    if (ports.flagged !== undefined) flags["config"] = file("flagged.toml", ports.flagged);
    if (ports.variable !== undefined) env["HARNESS_PORT"] = String(ports.variable);
    if (ports.flag !== undefined) flags["port"] = String(ports.flag);
    const loaded = loadConfig(surroundings({ env, flags }));
    expect(loaded.config.server.port).toBe(port);
    expect(loaded.config.server.http_addr).toBe(`127.0.0.1:${port}`);
    expect(loaded.sources["server.port"]?.endsWith(source)).toBe(true);
  });

  it("finds the user file below XDG_CONFIG_HOME [req:config.precedence]", () => {
    write("xdg/harness/config.toml", "[server]\nport = 7\n");
    const env = { XDG_CONFIG_HOME: path.join(home, "xdg") };
    expect(loadConfig(surroundings({ env })).config.server.port).toBe(7);
  });

  it("lets the address of a higher source replace host and port of a lower one [req:config.precedence]", () => {
    const { config } = load('[server]\nhost = "localhost"\nport = 5\n', {
      env: { HARNESS_HTTP_ADDR: "[::1]:8" },
    });
    expect(config.server).toMatchObject({ host: "::1", port: 8, http_addr: "[::1]:8" });
    expect(load('[server]\nhttp_addr = "127.0.0.1:4"\nport = 5').config.server.port).toBe(5);
  });

  it("reads vendors' variables below our own, and takes an empty one for unset [req:config.precedence]", () => {
    const env = { ANTHROPIC_API_KEY: "vendor-key", CODEX_HOME: "/c", HARNESS_HOST: "" };
    const { config } = load("", { env });
    expect(config.agents.anthropic_api.api_key).toEqual({ from: "text", text: "vendor-key" });
    expect(config.agents.codex.home).toBe("/c");
    const own = load("", { env: { ...env, HARNESS_AGENTS_ANTHROPIC_API_API_KEY: "own-key" } });
    expect(own.config.agents.anthropic_api.api_key).toEqual({ from: "text", text: "own-key" });
  });

  it("merges --project into the file by name [req:config.precedence]", () => {
    const flags = parseConfigFlags(["--project", "a=new", "--project=b=~/b"]);
    const file = write(
      "c.toml",
      '[[projects]]\nname = "a"\nroot = "old"\ndefault = true\nmax_concurrent = 3\n',
    );
    const { config } = loadConfig(surroundings({ flags: { ...flags, config: file } }));
    expect(config.projects).toEqual([
      { name: "a", root: path.join(home, "cwd/new"), default: true, max_concurrent: 3 },
      { name: "b", root: path.join(home, "b") },
    ]);
  });

  it("resolves paths from where they were written [req:config.relative-paths]", () => {
    const { config } = load(
      '[server]\ndata_dir = "data"\n[agents.claude]\ncli_path = "bin/claude"\n[agents.codex]\ncli_path = "codex"',
      {
        env: { HARNESS_PROJECT_ROOT: "repo", HARNESS_ALLOWED_PROJECT_ROOTS: "x:~/y" },
      },
    );
    expect(config.server.data_dir).toBe(path.join(home, "conf/data"));
    expect(config.agents.claude.cli_path).toBe(path.join(home, "conf/bin/claude"));
    expect(config.agents.codex.cli_path).toBe("codex");
    expect(config.server.project_root).toBe(path.join(home, "cwd/repo"));
    expect(config.server.allowed_project_roots).toEqual([path.join(home, "cwd/x"), path.join(home, "y")]);
  });

  it("warns about a mistyped variable [req:config.misspelt]", () => {
    const { warnings } = load("", { env: { HARNESS_PROT: "1", HARNESS_SOMETHING_ELSE_ENTIRELY: "1" } });
    expect(warnings.map((one) => one.field)).toEqual(["HARNESS_PROT"]);
    expect(warnings[0]?.message).toContain("HARNESS_PORT");
  });

  it("knows agents made of commands [req:config.precedence]", () => {
    const { config } = load('[agents.command.mine]\nargv = "my-agent --quiet"\nroles = ["implementer"]');
    expect(config.agents.command).toEqual({
      mine: { argv: ["my-agent", "--quiet"], roles: ["implementer"] },
    });
  });
});

describe("mistakes", () => {
  it.each([
    ["[server]\nprot = 1", "server.prot", 2, 1, "Did you mean port?"],
    ["[sever]\nport = 1", "sever", 1, 2, "Did you mean server?"],
    ["[agents.claude]\n  cli_pth = 'x'", "agents.claude.cli_pth", 2, 3, "Did you mean cli_path?"],
    ["[gc]\nmax_draft_per_run = 1", "gc.max_draft_per_run", 2, 1, "Did you mean max_drafts_per_run?"],
    ["port = 3", "port", 1, 1, "Did you mean server.port?"],
    [
      "[[projects]]\nname='a'\nroot='.'\nmaxconcurrent=3",
      "projects.0.maxconcurrent",
      4,
      1,
      "Did you mean max_concurrent?",
    ],
    ["[agents.command.x]\nargs=['a']", "agents.command.x.argv", 1, 2, ""],
    ["[agents.command.x]\nargv=['a', '{prompt}']", "agents.command.x.argv", 2, 1, "standard input"],
    ["[agents.api.x]\nprotocol='openia'\ndefault_model='m'", "agents.api.x.protocol", 2, 1, ""],
    ["[server]\ntransport = 'htp'", "server.transport", 2, 1, "Did you mean http?"],
    ["[server]\nport = 'x'", "server.port", 2, 1, 'a whole number from 0 to 65535, got "x"'],
    ["[server]\nport = 70000", "server.port", 2, 1, "got 70000"],
    ["[server]\nport = 1.5", "server.port", 2, 1, "got 1.5"],
    ["[limits]\nmax_attempts = inf", "limits.max_attempts", 2, 1, "got Infinity"],
    ["[limits]\nmax_budget_usd = nan", "limits.max_budget_usd", 2, 1, "got NaN"],
    ["[limits]\nmax_budget_usd = -0.0", "limits.max_budget_usd", 2, 1, "above 0"],
    ["[server]\ndata_dir = 1979-05-27", "server.data_dir", 2, 1, "a path, got the date"],
    ["[server]\ndata_dir = ''", "server.data_dir", 2, 1, "a path"],
    ["server = 3", "server", 1, 1, "is a table"],
    ["[[server]]\nport = 1", "server", 1, 3, "is a table"],
    ["[server.port]\nx = 1", "server.port", 1, 2, "got a table"],
    ["[agents]\nsandbox_mode = 'off'", "agents.sandbox_mode", 2, 1, "workspace-write"],
    [
      "[[projects]]\nname='a'\nroot='.'\nvalidation=['x', 'a | b']",
      "projects.0.validation.1",
      4,
      18,
      "shell operator",
    ],
    ["[agents.openai_api]\nbase_url = 'file:///x'", "agents.openai_api.base_url", 2, 1, "http"],
    ["[agents.openai_api]\nbase_url = 'http://u:p@x'", "agents.openai_api.base_url", 2, 1, "without a login"],
  ])("points at %j [req:config.misspelt] [req:config.error-place]", (text, field, line, column, words) => {
    const { code, message, details } = failure(text);
    expect(code).toBe("config_invalid");
    expect({ field: details.field, line: details.line, column: details.column }).toEqual({
      field,
      line,
      column,
    });
    expect(message).toContain(words);
    expect(message.startsWith(`${path.join(home, "conf/harness.toml")}:${line}:${column}: `)).toBe(true);
  });

  it.each([
    ["a = \n", 1, 5],
    ["[a]\nb=1\n[a]", 3, 2],
    ["a = 1\na = 2", 2, 1],
    ["a.b = 1\n[a]\nc = 2", 2, 2],
    ["a = 99999999999999999999", 1, 5],
    [Buffer.from("a = 'x'\nb = '\xff'\n", "latin1"), 2, 6],
    ["x = '\0'", 1, 6],
  ])("refuses what is not TOML: %j [req:config.hostile-file]", (text, line, column) => {
    const { details, message } = failure(text);
    expect([details.line, details.column]).toEqual([line, column]);
    expect(message).toContain(`harness.toml:${line}:${column}`);
  });

  it("reads BOM and CRLF, and refuses UTF-16 [req:config.hostile-file]", () => {
    expect(load("\ufeff[server]\r\nport = 3\r\n").config.server.port).toBe(3);
    expect(failure(Buffer.from("\ufeff[server]\n", "utf16le")).code).toBe("config_invalid");
    expect(failure("\ufeff[server]\r\nprot = 3\r\n").details).toMatchObject({ line: 2, column: 1 });
  });

  it("refuses a huge file without reading it all, deep nesting, a folder, a FIFO and a missing file [req:config.hostile-file]", () => {
    expect(failure(Buffer.alloc(2_000_000, "#")).message).toContain("larger than 1048576 bytes");
    expect(failure(`a = ${"[".repeat(100_000)}`).code).toBe("config_invalid");
    const config = path.join(home, "conf");
    expect(() => loadConfig(surroundings({ flags: { config } }))).toThrow("is not a file");
    const fifo = path.join(home, "fifo");
    execFileSync("mkfifo", [fifo]);
    expect(() => loadConfig(surroundings({ flags: { config: fifo } }))).toThrow("is not a file");
    expect(() => loadConfig(surroundings({ flags: { config: "none.toml" } }))).toThrow(
      "flag --config: there is no file",
    );
    expect(() => loadConfig(surroundings({ env: { HARNESS_CONFIG: "none.toml" } }))).toThrow(
      "variable HARNESS_CONFIG",
    );
  });

  it.each([
    "__proto__ = 1",
    "[__proto__]\nx = 1",
    "[server.constructor.prototype]\nx = 1",
    "projects = [{ __proto__ = 1 }]",
    '["__proto__"]\nx=1',
    "[server]\ntoString = 1",
    "hasOwnProperty = 1",
  ])("refuses %j [req:config.prototype, safety.f6]", (text) => {
    expect(failure(text).message).toContain("is not a setting");
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("lists every mistake at once [req:config.error-place]", () => {
    const error = failure("[server]\nprot = 1\nport = 'x'\n[limits]\nmax_attempts = 0");
    expect(error.details.issues?.map((one) => one.field)).toEqual([
      "server.prot",
      "server.port",
      "limits.max_attempts",
    ]);
    expect(error.message).toContain("2 more: server.port, limits.max_attempts");
  });

  it.each([
    [{ HARNESS_PORT: "0x10" }, "variable HARNESS_PORT: server.port must be"],
    [{ HARNESS_PORT: " 1" }, "variable HARNESS_PORT"],
    [{ HARNESS_ALLOW_PUBLIC_BIND: "yes" }, "true or false"],
    [{ HARNESS_HTTP_ADDR: "127.0.0.1" }, "an address and a port"],
    [{ HARNESS_HTTP_ADDR: "127.0.0.1:99999" }, "Ports end at 65535"],
    [{ HARNESS_LOG_LEVEL: "verbose" }, '"info"'],
  ])("refuses the variables %j [req:config.error-place]", (env, words) => {
    expect(failure("", { env }).message).toContain(words);
  });

  it.each([
    [["--prot", "1"], "--port"],
    [["--project", "nopath"], "name=path"],
    [["--port"], "port"],
    [["stray"], "stray"],
  ])("refuses the flags %j [req:config.misspelt]", (argv, words) => {
    expect(() => loadConfig(surroundings({ flags: parseConfigFlags(argv) }))).toThrow(words);
  });

  it.each(["0.0.0.0", "::", "192.168.1.5", "example.com"])(
    "refuses to listen on %s unless allowed [req:config.public-bind]",
    (host) => {
      const text = `[server]\nhost = "${host}"\n`;
      expect(failure(text).message).toContain("can be reached from other machines");
      expect(load(`${text}allow_public_bind = true\n`).config.server.host).toBe(host);
      expect(load("", { flags: { host, "allow-public-bind": true } }).config.server.host).toBe(host);
    },
  );

  it("refuses rules that contradict each other [req:config.error-place]", () => {
    expect(failure("[limits]\nretry_base_backoff_ms = 400000").details).toMatchObject({
      field: "limits.retry_base_backoff_ms",
      line: 2,
    });
    const two =
      "[[projects]]\nname='a'\nroot='x'\ndefault=true\n[[projects]]\nname='b'\nroot='x'\ndefault=true\n";
    expect(failure(two).details.issues?.length).toBe(2);
  });
});

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
    const error = failure(text);
    expect(JSON.stringify([error.message, error.details, error.stack, String(error.cause)])).not.toContain(
      canary,
    );
  });

  it("are not in an error about a variable [req:config.secret-hidden]", () => {
    const error = failure("", { env: { HARNESS_API_TOKEN: `${canary} x`, HARNESS_DATABASE_URL: canary } });
    expect(JSON.stringify([error.message, error.details])).not.toContain(canary);
  });

  it("are listed for the redactor and hidden from the listing [req:config.secret-hidden]", () => {
    const loaded = load(`[server]\napi_token = "${canary}${canary}"`);
    expect(configSecrets(loaded.config)).toEqual([{ label: "server.api_token", value: canary + canary }]);
    const shown = describeConfig(loaded);
    expect(JSON.stringify(shown)).not.toContain(canary);
    expect(shown.find((one) => one.key === "server.api_token")?.value).toBe("set");
    expect(JSON.stringify(loaded.warnings)).not.toContain(canary);
  });

  it("may be named by variable, which must be set [req:config.secret-variable]", () => {
    const text = `[agents.openai_api]\napi_key = "$${"{MY_KEY}"}"`;
    expect(load(text, { env: { MY_KEY: canary } }).config.agents.openai_api.api_key).toEqual({
      from: "text",
      text: canary,
    });
    expect(failure(text).message).toContain("the variable MY_KEY, which is not set");
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
    const file = write("handles.toml", text);
    chmodSync(file, 0o644);
    const loaded = loadConfig(surroundings({ flags: { config: file } }));
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
    expect(failure(text).message).toContain(said);
  });

  it("in a file others can read are warned about [req:config.secret-hidden]", () => {
    const file = write("open.toml", `[server]\napi_token = "${canary}${canary}"\n`);
    chmodSync(file, 0o644);
    const { warnings } = loadConfig(surroundings({ flags: { config: file } }));
    expect(warnings.map((one) => [one.code, one.field, one.line])).toEqual([
      ["unsafe", "server.api_token", 2],
    ]);
  });
});

describe("generated files", () => {
  const shipped = new URL("../../../../config/default.toml", import.meta.url);

  it("config/default.toml is current and says the defaults [req:config.reference]", () => {
    expect(readFileSync(shipped, "utf8")).toBe(renderDefaultConfig());
    const plain = loadConfig(surroundings());
    const written = load(renderDefaultConfig());
    expect(written.warnings).toEqual([]);
    expect(written.config).toEqual(plain.config);
  });

  it("the reference names every setting [req:config.reference]", () => {
    const page = renderConfigReference();
    for (const { key } of describeConfig(loadConfig(surroundings()))) expect(page).toContain(`\`${key}\``);
  });
});
