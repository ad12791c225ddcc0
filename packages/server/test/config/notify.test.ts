import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { isHarnessError } from "@harness/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  configSecrets,
  describeConfig,
  type LoadedConfig,
  loadConfig,
  parseProjectConfig,
} from "../../src/config/index.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "harness-notify-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function load(text: string, env: Record<string, string> = {}, mode = 0o600): LoadedConfig {
  const config = path.join(dir, "config.toml");
  writeFileSync(config, text);
  chmodSync(config, mode);
  return loadConfig({ flags: { config }, env, cwd: dir, home: dir, platform: "linux" });
}

/** The whole error of a configuration that is refused. */
function refusal(text: string, env: Record<string, string> = {}): string {
  try {
    load(text, env);
  } catch (error) {
    if (isHarnessError(error, "config_invalid"))
      return JSON.stringify([error.message, error.details, error.stack, String(error.cause)]);
    throw error;
  }
  throw new Error("the settings were accepted");
}

const table = (...lines: string[]) => ["[[notify.channels]]", 'name = "me"', ...lines].join("\n");
const hook = (url: string, ...more: string[]) =>
  table('type = "webhook"', `url = ${JSON.stringify(url)}`, ...more);

describe("channels", () => {
  it("are read with everything they may say [req:notify.operator-only]", () => {
    const { config, warnings } = load(`
[notify]
batch_secs = 5
timezone = "Europe/Berlin"
[[notify.channels]]
name = "phone"
type = "ntfy"
url = "https://ntfy.sh/topic"
token = "tk_012345678"
kinds = ["needs_you", "broken"]
projects = ["app"]
quiet_hours = "22:00-07:00"
urgent = ["broken"]
[[notify.channels]]
name = "script"
type = "command"
argv = "./tell --now 'two words'"
[[notify.channels]]
name = "desk"
type = "desktop"
`);
    expect(warnings).toEqual([]);
    expect(config.notify.batch_secs).toBe(5);
    expect(config.notify.channels).toMatchObject([
      { name: "phone", kinds: ["needs_you", "broken"], quiet_hours: "22:00-07:00" },
      { name: "script", argv: [path.join(dir, "tell"), "--now", "two words"] },
      { name: "desk", type: "desktop" },
    ]);
  });

  it.each([
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "ftp://h/x",
    "javascript:alert(1)",
    "http://ok@evil.example/",
    "https://u:pppppppp@h/",
    "//h/x",
    "h/x",
    "http://h/\u0000",
    "",
  ])("do not lead to %j [req:notify.ssrf]", (url) => {
    expect(refusal(hook(url))).toContain("notify.channels.0.url");
  });

  it.each([
    ["an unknown type", table('type = "pager"'), "notify.channels.0.type"],
    ["no type", table(), "notify.channels.0.type"],
    ["a misspelt setting", hook("https://h/", 'quiet = "x"'), "notify.channels.0.quiet"],
    ["a setting of another type", table('type = "desktop"', 'url = "https://h/"'), "notify.channels.0.url"],
    ["no time", hook("https://h/", 'quiet_hours = "22:00-25:00"'), "notify.channels.0.quiet_hours"],
    ["no duration", hook("https://h/", 'quiet_hours = "22:00-22:00"'), "two different times"],
    ["an unknown kind", hook("https://h/", 'kinds = ["all"]'), "notify.channels.0.kinds"],
    ["a short token", hook("https://h/", 'token = "short"'), "notify.channels.0.token"],
    ["a shell", table('type = "command"', 'argv = "echo x | mail"'), "shell operator"],
    [
      "one name twice",
      `${table('type = "desktop"')}\n${table('type = "desktop"')}`,
      "notify.channels.1.name is the name of another channel too.",
    ],
    ["no zone", '[notify]\ntimezone = "Mars/Olympus"', "time zone"],
    ["no address", '[notify]\nlink_base = "box"', "http://"],
  ])("with %s are refused by name", (_what, text, named) => {
    expect(refusal(text)).toContain(named);
  });

  it("keep their addresses and tokens out of errors, listings and warnings, and give them to the redactor [req:notify.secrets]", () => {
    const [url, token] = ["https://hooks.example/canary-path-1234", "canary-token-1234"];
    const { config, warnings, ...rest } = load(hook(url, `token = "${token}"`), {}, 0o644);
    expect(configSecrets(config)).toEqual([
      { label: "notify.channels.me", value: url },
      { label: "notify.channels.me", value: token },
    ]);
    expect(warnings).toMatchObject([{ code: "unsafe", field: "notify.channels" }]);
    const shown = describeConfig({ config, warnings, ...rest });
    expect(shown.find(({ key }) => key === "notify.channels")?.value).toBe("set");
    const said = JSON.stringify([shown, warnings, refusal(hook(url, `token = "${token}"`, "urgent = 1"))]);
    expect(said).not.toContain("canary");
    expect(refusal(hook(`ftp://${token}`, `token = "${token}\\u0007"`))).not.toContain("canary");
  });

  it("may name the variables their secrets are in [req:notify.secrets]", () => {
    const text = hook("$" + "{HOOK_URL}", 'token = "$' + '{HOOK_TOKEN}"');
    const env = { HOOK_URL: "https://h/secret", HOOK_TOKEN: "0123456789" };
    const { config, warnings } = load(text, env, 0o644);
    expect(config.notify.channels).toMatchObject([
      { url: { from: "text", text: "https://h/secret" }, token: { from: "text", text: "0123456789" } },
    ]);
    expect(warnings).toEqual([]);
    expect(refusal(text, { HOOK_URL: "https://h/" })).toContain("the variable HOOK_TOKEN, which is not set");
  });

  it("are not for a project's own file [req:notify.operator-only]", () => {
    expect(() => parseProjectConfig(hook("https://evil.example/"), "x")).toThrow(
      "notify is not for a project's own file: only the operator's configuration decides who is told what.",
    );
  });
});
