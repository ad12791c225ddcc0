import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Recording, RecordingHead } from "../../src/agents/recording.ts";
import { readRecording } from "../../src/agents/recording-files.ts";
import { RecordingWriter } from "../../src/agents/recording-writer.ts";
import { Redactor } from "../../src/secrets/index.ts";

const head: RecordingHead = {
  recording: 1,
  turn_id: "turn_1",
  agent: "claude",
  kind: "claude",
  harness: "0.1.0",
  model: null,
  started_at: 1_000,
  facts: {
    access: "read-only",
    session_id: null,
    fork: false,
    turn_timeout_ms: 60_000,
    idle_timeout_ms: 5_000,
  },
};

/** What is read of the only recording. */
async function readBack(folder: string): Promise<Recording> {
  const recording = await readRecording(folder, "turn_1");
  if (recording === undefined || "why" in recording) throw new Error(recording?.why ?? "It is not there.");
  return recording;
}

describe("a recording", () => {
  let folder: string;
  let now: number;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "harness-recording-"));
    now = head.started_at;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const redactor = new Redactor();
  redactor.register("password", "s3cret-word");
  const begin = (max = 100_000) =>
    new RecordingWriter(head, {
      folder,
      name: "turn_1",
      max,
      clock: { now: () => now },
      redact: redactor.redact,
      redaction: () => redactor.createStream(),
    });

  it("keeps every line with its time, packed, for its owner's eyes, without secrets [req:recording.kept]", async () => {
    const writer = begin();
    writer.add("in", "the prompt");
    now += 25;
    writer.add("out", "the answer is s3cret-word");
    writer.add("err", "a complaint");
    writer.add("mark", '{"stopped":true}');
    await writer.close();
    writer.add("out", "after the end");
    expect(await readdir(folder)).toEqual(["turn_1.jsonl.gz"]);
    expect((await stat(path.join(folder, "turn_1.jsonl.gz"))).mode & 0o777).toBe(0o600);
    expect(await readBack(folder)).toEqual({
      head,
      cut: false,
      whole: false,
      added: [],
      entries: [
        { t: 0, d: "in", s: "the prompt" },
        { t: 25, d: "out", s: "the answer is [redacted:password]" },
        { t: 25, d: "err", s: "a complaint" },
        { t: 25, d: "mark", s: '{"stopped":true}' },
      ],
    });
  });

  it("keeps no secret that stands on several lines, and every line around it [req:recording.kept]", async () => {
    const writer = begin();
    const body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(2);
    const key = ["-----BEGIN PRIVATE KEY-----", body, body, "-----END PRIVATE KEY-----"];
    for (const line of ["before", ...key, "after"]) writer.add("out", line);
    writer.add("in", "two\nlines");
    writer.add("err", "-----BEGIN PRIVATE KEY-----");
    await writer.close();
    const entries = (await readBack(folder)).entries;
    expect(entries.map(({ d, s }) => [d, s])).toEqual([
      ["out", "before"],
      ["out", "[redacted:private-key]"],
      ["out", "after"],
      ["in", "two"],
      ["in", "lines"],
      ["err", "[redacted:private-key]"],
    ]);
  });

  it("leaves what was told when nobody closes it [req:recording.crash]", async () => {
    const writer = begin(1_000);
    const lines = Array.from({ length: 40 }, (_, n) => `${n} `.padEnd(40, "x"));
    for (const line of lines) writer.add("out", line);
    const left = await vi.waitFor(
      async () => {
        const recording = await readBack(folder);
        const { entries } = recording;
        expect([entries[0]?.s, entries.at(-1)?.s]).toEqual([lines[0], lines.at(-1)]);
        return recording;
      },
      { timeout: 20_000 },
    );
    for (const name of await readdir(folder))
      expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o600);
    await writer.close();
    expect(await readBack(folder)).toEqual(left);
  });

  it("keeps the beginning and the end of a flood, and marks the cut [req:recording.bounded]", async () => {
    const writer = begin(10_000);
    const lines = Array.from({ length: 2_000 }, (_, n) => `line ${n} `.padEnd(50, "x"));
    for (const [n, line] of lines.entries()) {
      writer.add("out", line);
      if (n % 500 === 0) await new Promise(setImmediate);
    }
    await writer.close();
    const recording = await readBack(folder);
    const kept = recording.entries;
    expect(recording.cut).toBe(true);
    expect(kept.slice(0, 50).map(({ s }) => s)).toEqual(lines.slice(0, 50));
    expect(kept.at(-1)?.s).toBe(lines.at(-1));
    const chars = kept.filter(({ d }) => d === "out").reduce((sum, { s }) => sum + s.length, 0);
    expect(chars).toBeLessThanOrEqual(10_000);
    const missing = kept.filter(({ d }) => d === "cut").reduce((sum, { s }) => sum + Number(s), 0);
    expect(chars + missing).toBe(2_000 * 50);
    expect(await readdir(folder)).toEqual(["turn_1.jsonl.gz"]);
  });

  it("takes a flood of a million lines without going over it again and again [req:recording.bounded]", async () => {
    const writer = begin(1_000_000);
    for (let n = 0; n < 1_000_000; n += 1) writer.add("out", `line ${n}`);
    await writer.close();
    const recording = await readBack(folder);
    expect(recording.entries.at(-1)?.s).toBe("line 999999");
    expect(recording.cut).toBe(true);
  });

  it("lets no more wait than its bounds, however much comes before the disk takes any [req:recording.bounded]", async () => {
    const megabyte = 1024 * 1024;
    const writer = begin(16 * megabyte);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    for (let n = 0; n < 400; n += 1) {
      for (let line = 0; line < 1_000; line += 1) writer.add("out", `${n} ${line} `.padEnd(1_024, "x"));
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(most / megabyte).toBeLessThan(64);
    await writer.close();
    expect((await readBack(folder)).cut).toBe(true);
  });

  it("takes a line for more than its text: a flood of empty ones is bounded too [req:recording.bounded]", async () => {
    const writer = begin(100_000);
    for (let n = 0; n < 100_000; n += 1) writer.add("out", "");
    await vi.waitFor(async () =>
      expect((await readdir(folder)).some((name) => name.includes("tail"))).toBe(true),
    );
    const sizes = await Promise.all(
      (await readdir(folder)).map(async (name) => (await stat(path.join(folder, name))).size),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
    await writer.close();
    const { cut, entries } = await readBack(folder);
    expect([cut, entries.length < 6_000]).toEqual([true, true]);
  });

  it("cuts a line that has no end", async () => {
    const writer = begin(16 * 1024 * 1024);
    writer.add("out", "x".repeat(5_000_000));
    await writer.close();
    const recording = await readBack(folder);
    expect(recording.cut).toBe(true);
    expect(recording.entries[0]?.s.length).toBeLessThan(600_000);
    expect(recording.entries[0]?.s).toContain("characters left out");
  });

  it("is none when there is nothing, or nothing readable", async () => {
    expect(await readRecording(folder, "turn_1")).toBeUndefined();
    const writer = begin();
    await writer.close();
    const packed = await readFile(path.join(folder, "turn_1.jsonl.gz"));
    expect(packed.length).toBeGreaterThan(20);
    expect((await readBack(folder)).entries).toEqual([]);
  });
});
