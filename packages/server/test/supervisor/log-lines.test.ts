import { appendFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LogReader } from "../../src/supervisor/index.ts";
import { testDir } from "../support/test-app.ts";

describe("the logs of a data directory", () => {
  let dir = "";
  beforeEach(() => {
    dir = testDir("logs");
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const file = (name: string) => path.join(dir, name);
  const stamp = (second: number) => `2026-01-01T00:00:0${second}.000Z`;

  it("are read newest first of all files and in the order of time; others' files are left out [req:up.logs]", () => {
    writeFileSync(file("harness-supervisor.log"), `${stamp(1)} begins\n${stamp(5)} ended\n`);
    writeFileSync(file("harness-server.log"), `${stamp(2)} Error: no\n    at somewhere\n`);
    writeFileSync(
      file("harness-serve-9.log"),
      `{"level":50,"time":"${stamp(3)}","pid":9,"msg":"failed","task_id":"t"}\nnot json\n{"level":30`,
    );
    writeFileSync(file("other.log"), `${stamp(4)} other\n`);
    const lines = new LogReader(dir).newest(10);
    expect(lines.map(({ source, text }) => `${source}: ${text}`)).toEqual([
      "supervisor: begins",
      "output: Error: no",
      "output:     at somewhere",
      'server: error: failed {"task_id":"t"}',
      "server: not json",
      "supervisor: ended",
    ]);
    expect(new LogReader(dir).newest(2).map(({ text }) => text)).toEqual(["not json", "ended"]);
  });

  it("of a big file only the end is read [req:up.logs]", () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `${stamp(1)} line ${i} ${"x".repeat(200)}`);
    writeFileSync(file("harness-server.log"), `${rows.join("\n")}\n`);
    const lines = new LogReader(dir).newest(3);
    expect(lines.map(({ text }) => text.slice(0, 10))).toEqual(["line 59997", "line 59998", "line 59999"]);
  });

  it("are followed through a rotation, and a line is shown once it is whole [req:up.logs]", () => {
    const log = file("harness-server.log");
    writeFileSync(log, `${stamp(1)} one\n`);
    const reader = new LogReader(dir);
    reader.newest(10);
    expect(reader.added()).toEqual([]);
    appendFileSync(log, `${stamp(2)} tw`);
    expect(reader.added()).toEqual([]);
    appendFileSync(log, "o\n");
    expect(reader.added().map(({ text }) => text)).toEqual(["two"]);
    renameSync(log, `${log}.1`);
    writeFileSync(log, `${stamp(3)} three\n`);
    expect(reader.added().map(({ text }) => text)).toEqual(["three"]);
    writeFileSync(file("harness-supervisor.log"), `${stamp(4)} new file\n`);
    expect(reader.added().map(({ text }) => text)).toEqual(["new file"]);
  });
});
