import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Redactor } from "../../src/secrets/index.ts";
import { createLogger, type LoggerSettings } from "../../src/telemetry/index.ts";
import { LogFile } from "../../src/telemetry/log-file.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "harness-log-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const now = Date.UTC(2026, 0, 31);

function open(more: Partial<LoggerSettings> = {}) {
  const redactor = new Redactor();
  redactor.register("canary", "canary-1234567890");
  const redact = redactor.redact;
  return createLogger({ dir, level: "info", redact, retentionDays: 30, clock: { now: () => now }, ...more });
}

function records(file: string): Record<string, unknown>[] {
  const lines = readFileSync(file, "utf8").split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => {
    const value: unknown = JSON.parse(line);
    return { ...(value as object) };
  });
}

describe("the runtime log", () => {
  it("holds JSON lines with time and level, in a file only the owner reads [req:telemetry.log-file]", () => {
    using log = open();
    log.logger.info({ task_id: "task_1" }, "started");
    log.logger.debug("not at this level");
    log.logger.child({ part: "http" }).warn("slow");
    expect(log.file).toBe(path.join(dir, `harness-serve-${process.pid}.log`));
    expect(statSync(log.file).mode & 0o777).toBe(0o600);
    expect(records(log.file)).toEqual([
      { level: 30, time: "2026-01-31T00:00:00.000Z", pid: process.pid, task_id: "task_1", msg: "started" },
      { level: 40, time: "2026-01-31T00:00:00.000Z", pid: process.pid, part: "http", msg: "slow" },
    ]);
    expect(log.state()).toEqual({
      state: "ok",
      path_hint: `logs/harness-serve-${process.pid}.log`,
      retention_days: 30,
    });
  });

  it("never holds a secret, whatever field it is in, nor does the terminal [req:telemetry.log-file]", () => {
    const shown: string[] = [];
    using log = open({ terminal: (line) => shown.push(line) });
    const secret = "canary-1234567890";
    log.logger.info({ a: [secret], b: { c: secret } }, `m ${secret}`);
    log.logger.error(new Error(`in the stack ${secret}`));
    log.logger.error(
      { err: new Error("x", { cause: new Error(secret) }), url: `http://u:${secret}@h` },
      "with cause",
    );
    log.logger.info(
      { x: "-----BEGIN PRIVATE KEY-----", y: "between", z: "-----END PRIVATE KEY-----" },
      "over fields",
    );
    log.logger.info(`${"y".repeat(63_990)}${secret}${"z".repeat(20_000)}`);
    const text = readFileSync(log.file, "utf8");
    expect(text).not.toContain("canary-12");
    expect(shown.join("\n")).not.toContain("canary-12");
    expect(records(log.file)).toHaveLength(5);
    expect(records(log.file)[3]).toMatchObject({ msg: "over fields" });
  });

  it("keeps hostile text in one record of at most 64 KiB [req:telemetry.injection, safety.f7]", () => {
    const shown: string[] = [];
    using log = open({ terminal: (line) => shown.push(line) });
    const hostile = 'title\n{"level":30,"msg":"forged"}\r\u001b[2J\u001b]52;c;aGk=\u0007\u202e';
    log.logger.warn({ title: hostile }, hostile);
    log.logger.warn({ note: "kept out" }, "é".repeat(5_000_000));
    log.logger.warn({ big: "x".repeat(10_000_000) }, "small message");
    const [first, second, third] = records(log.file);
    expect(first).toMatchObject({ title: hostile, msg: hostile });
    expect(second?.["cut_bytes"]).toBeGreaterThan(10_000_000);
    expect(third).toMatchObject({ level: 40, msg: "small message" });
    for (const line of readFileSync(log.file, "utf8").split("\n"))
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(65_536);
    expect(shown).toHaveLength(3);
    expect(shown[0]).toMatch(/^warn: title [ -~]*$/);
  });

  it("deletes logs older than the retention, and nothing else [req:telemetry.log-file]", () => {
    const age = (name: string, days: number) => {
      writeFileSync(path.join(dir, name), "x");
      const at = new Date(now - days * 86_400_000);
      utimesSync(path.join(dir, name), at, at);
    };
    age("harness-serve-1.log", 31);
    age("harness-serve-2.log.3", 31);
    age("harness-serve-3.log", 29);
    age("notes.txt", 400);
    using log = open();
    expect(readdirSync(dir).sort()).toEqual(
      ["harness-serve-3.log", path.basename(log.file), "notes.txt"].sort(),
    );
  });

  it("begins a new file when one is full and keeps four [req:telemetry.log-file]", () => {
    const file = path.join(dir, "harness-serve-9.log");
    const log = new LogFile(file, { rotateAt: 10 });
    for (let count = 0; count < 8; count++) log.write(`record ${count}\n`.padEnd(12));
    log.close();
    const kept = readdirSync(dir).sort();
    expect(kept).toEqual(["", ".1", ".2", ".3", ".4"].map((end) => `harness-serve-9.log${end}`));
    expect(readFileSync(file, "utf8")).toContain("record 7");
    expect(readFileSync(`${file}.4`, "utf8")).toContain("record 3");
  });

  it.skipIf(!existsSync("/dev/full"))(
    "goes on when the disk is full and says so [req:telemetry.disk]",
    () => {
      const log = new LogFile("/dev/full");
      log.write("one\n");
      log.write("two\n");
      expect(log.lost).toBe(2);
      log.close();
      log.write("after close\n");
    },
  );
});
