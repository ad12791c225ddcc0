import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { backgroundMachine } from "./support/background.ts";

const run = promisify(execFile);

/** What systemd itself says about a unit; undefined where there is no systemd to ask. */
async function verified(file: string): Promise<string | undefined> {
  try {
    const env = { ...process.env, XDG_RUNTIME_DIR: path.dirname(file) };
    const { stdout, stderr } = await run("systemd-analyze", ["--user", "verify", "--man=no", file], { env });
    return stdout + stderr;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    return error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  }
}

describe.each([
  ["systemd", ".config/systemd/user/harness.service", "systemctl --user enable --now harness.service"],
  ["launchd", "Library/LaunchAgents/dev.harness.plist", "launchctl bootstrap gui/"],
])("harness up --install %s", (manager, place, command) => {
  it("writes the file, says what to type, and takes it away again [req:up.service]", async () => {
    await using at = backgroundMachine();
    const file = at.path(place);
    const printed = await at.harness("up", "--install", manager, "--print", "--port", "9811");
    expect(printed.code).toBe(0);
    expect(existsSync(file)).toBe(false);
    const ran = await at.harness("up", "--install", manager, "--port", "9811");
    expect(ran.code).toBe(0);
    expect(ran.out).toContain(command);
    const text = readFileSync(file, "utf8");
    expect(text).toBe(printed.out);
    for (const word of [process.execPath, path.join("bin", "harness.js"), "9811", at.path("data")])
      expect(text).toContain(word);
    expect(text).toContain(at.path("config.toml"));
    const odd = at.path('da ta %h $x "q" &');
    expect((await at.harness("up", "--install", manager, "--data-dir", odd)).code).toBe(0);
    expect(readFileSync(file, "utf8")).not.toContain("9811");
    if (manager === "systemd") expect((await verified(file)) ?? "").toBe("");
    const removed = await at.harness("up", "--uninstall", manager);
    expect(removed).toMatchObject({ code: 0, out: expect.stringContaining("Removed") });
    expect(existsSync(file)).toBe(false);
    expect((await at.harness("up", "--uninstall", manager)).out).toContain("There is no");
    expect(at.processes()).toEqual([]);
  });

  it("touches no file that somebody else wrote, and follows no link [req:up.service-own]", async () => {
    await using at = backgroundMachine();
    const file = at.path(place);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, "mine\n");
    for (const option of ["--install", "--uninstall"]) {
      const ran = await at.harness("up", option, manager);
      expect(ran).toMatchObject({ code: 2, err: expect.stringContaining("not written by harness up") });
      expect(readFileSync(file, "utf8")).toBe("mine\n");
    }
    const linked = backgroundMachine();
    mkdirSync(path.dirname(linked.path(place)), { recursive: true });
    symlinkSync(at.path("elsewhere"), linked.path(place));
    expect((await linked.harness("up", "--install", manager)).code).toBe(2);
    expect(existsSync(at.path("elsewhere"))).toBe(false);
    await linked[Symbol.asyncDispose]();
  });
});

describe("a service file", () => {
  it("holds the settings of the shell it was made in, absolute paths, and no secret [req:up.service, up.service-own]", async () => {
    const env = { HARNESS_LOG_LEVEL: "debug", HARNESS_API_TOKEN: "a-secret-token-of-mine" };
    await using at = backgroundMachine({}, env);
    const ran = await at.harness("up", "--install", "systemd", "--print", "--project", "web=src/web");
    expect(ran.code).toBe(0);
    expect(ran.out).toContain("Environment=HARNESS_LOG_LEVEL=debug\n");
    expect(ran.out).toContain(`--project web=${at.path("src", "web")}`);
    expect(ran.out + ran.err).not.toContain("a-secret-token-of-mine");
    expect(ran.err).toContain("HARNESS_API_TOKEN");
  });
});

describe("the options about service managers", () => {
  it("refuse what makes no sense and what is secret [req:up.service]", async () => {
    await using at = backgroundMachine();
    for (const argv of [
      ["--install", "cron"],
      ["--print"],
      ["--install", "systemd", "--uninstall", "systemd"],
      ["--install", "systemd", "--database-url", "postgres://u:secret@h/d"],
    ]) {
      const ran = await at.harness("up", ...argv);
      expect(ran.code, argv.join(" ")).toBe(2);
      expect(ran.out).toBe("");
    }
    expect(at.processes()).toEqual([]);
  });
});
