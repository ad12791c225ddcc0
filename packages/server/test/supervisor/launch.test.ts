import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { commandLine, launchSupervisor } from "../../src/supervisor/index.ts";
import { testDir } from "../support/test-app.ts";

it("hands secret flags over in the environment, the others on the command line [req:up.flags-secret]", () => {
  const flags = {
    port: "0",
    "allow-public-bind": true,
    project: ["a=/x y", "b=/z"],
    "database-url": "postgres://u:secret@h/d",
    config: undefined,
  };
  expect(commandLine(flags)).toEqual({
    argv: ["--port", "0", "--allow-public-bind", "--project", "a=/x y", "--project", "b=/z"],
    variables: { HARNESS_DATABASE_URL: "postgres://u:secret@h/d" },
  });
});

it("starts nothing with settings that are wrong, and otherwise a session of its own [req:up.background]", async () => {
  const dir = testDir("launch");
  const said = path.join(dir, "said");
  const script = path.join(dir, "program.cjs");
  writeFileSync(
    script,
    `require("node:fs").writeFileSync(${JSON.stringify(said)}, JSON.stringify({ argv: process.argv.slice(2), url: process.env.HARNESS_DATABASE_URL }));
     setInterval(() => {}, 1000);`,
  );
  const surroundings = {
    env: { PATH: process.env["PATH"] },
    cwd: dir,
    home: dir,
    platform: process.platform,
  };
  const program = [process.execPath, script, "supervise"];
  const wrong = launchSupervisor({ program, surroundings: { ...surroundings, flags: { port: "many" } } });
  await expect(wrong).rejects.toMatchObject({ code: "config_invalid" });
  const flags = { "database-url": "postgres://u:secret@h/d" };
  const pid = await launchSupervisor({ program, surroundings: { ...surroundings, flags } });
  try {
    await expect.poll(() => read(said), { timeout: 20_000 }).toContain("supervise");
    expect(JSON.parse(read(said))).toEqual({
      argv: ["supervise", "--data-dir", path.join(dir, ".local", "share", "harness")],
      url: "postgres://u:secret@h/d",
    });
    const { stdout } = await promisify(execFile)("ps", ["-o", "sess=,args=", "-p", String(pid)]);
    expect(Number(stdout.trim().split(/\s+/)[0])).toBe(pid);
    expect(stdout).not.toContain("secret");
  } finally {
    process.kill(pid, "SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  }
});

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
