import { execFileSync } from "node:child_process";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig, parseConfigFlags } from "../../src/config/index.ts";
import { ConfigHome } from "./config-home.ts";

let home: ConfigHome;
beforeEach(() => {
  home = new ConfigHome();
});
afterEach(() => home[Symbol.dispose]());

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
    const { code, message, details } = home.failure(text);
    expect(code).toBe("config_invalid");
    expect({ field: details.field, line: details.line, column: details.column }).toEqual({
      field,
      line,
      column,
    });
    expect(message).toContain(words);
    expect(message.startsWith(`${path.join(home.dir, "conf/harness.toml")}:${line}:${column}: `)).toBe(true);
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
    const { details, message } = home.failure(text);
    expect([details.line, details.column]).toEqual([line, column]);
    expect(message).toContain(`harness.toml:${line}:${column}`);
  });

  it("reads BOM and CRLF, and refuses UTF-16 [req:config.hostile-file]", () => {
    expect(home.load("\ufeff[server]\r\nport = 3\r\n").config.server.port).toBe(3);
    expect(home.failure(Buffer.from("\ufeff[server]\n", "utf16le")).code).toBe("config_invalid");
    expect(home.failure("\ufeff[server]\r\nprot = 3\r\n").details).toMatchObject({ line: 2, column: 1 });
  });

  it("refuses a huge file without reading it all, deep nesting, a folder, a FIFO and a missing file [req:config.hostile-file]", () => {
    expect(home.failure(Buffer.alloc(2_000_000, "#")).message).toContain("larger than 1048576 bytes");
    expect(home.failure(`a = ${"[".repeat(100_000)}`).code).toBe("config_invalid");
    const config = path.join(home.dir, "conf");
    expect(() => loadConfig(home.surroundings({ flags: { config } }))).toThrow("is not a file");
    const fifo = path.join(home.dir, "fifo");
    execFileSync("mkfifo", [fifo]);
    expect(() => loadConfig(home.surroundings({ flags: { config: fifo } }))).toThrow("is not a file");
    expect(() => loadConfig(home.surroundings({ flags: { config: "none.toml" } }))).toThrow(
      "flag --config: there is no file",
    );
    expect(() => loadConfig(home.surroundings({ env: { HARNESS_CONFIG: "none.toml" } }))).toThrow(
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
    expect(home.failure(text).message).toContain("is not a setting");
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("lists every mistake at once [req:config.error-place]", () => {
    const error = home.failure("[server]\nprot = 1\nport = 'x'\n[limits]\nmax_attempts = 0");
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
    expect(home.failure("", { env }).message).toContain(words);
  });

  it.each([
    [["--prot", "1"], "--port"],
    [["--project", "nopath"], "name=path"],
    [["--port"], "port"],
    [["stray"], "stray"],
  ])("refuses the flags %j [req:config.misspelt]", (argv, words) => {
    expect(() => loadConfig(home.surroundings({ flags: parseConfigFlags(argv) }))).toThrow(words);
  });

  it.each(["0.0.0.0", "::", "192.168.1.5", "example.com"])(
    "refuses to listen on %s unless allowed [req:config.public-bind]",
    (host) => {
      const text = `[server]\nhost = "${host}"\n`;
      expect(home.failure(text).message).toContain("can be reached from other machines");
      expect(home.load(`${text}allow_public_bind = true\n`).config.server.host).toBe(host);
      expect(home.load("", { flags: { host, "allow-public-bind": true } }).config.server.host).toBe(host);
    },
  );

  it("refuses rules that contradict each other [req:config.error-place]", () => {
    expect(home.failure("[limits]\nretry_base_backoff_ms = 400000").details).toMatchObject({
      field: "limits.retry_base_backoff_ms",
      line: 2,
    });
    const two =
      "[[projects]]\nname='a'\nroot='x'\ndefault=true\n[[projects]]\nname='b'\nroot='x'\ndefault=true\n";
    expect(home.failure(two).details.issues?.length).toBe(2);
  });
});
