import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutputCapture } from "./capture.ts";
import { LineSplitter } from "./line-splitter.ts";
import { parsePsLine } from "./ps-table.ts";

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 40 });

describe("output handling", () => {
  it("keeps exactly the first and the last bytes, however the chunks fall", () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 2, max: 200 }), (parts, cap) => {
        const capture = new OutputCapture(cap);
        for (const part of parts) capture.push(Buffer.from(part.map((byte) => byte & 0x7f)));
        const all = Buffer.concat(parts.map((part) => Buffer.from(part.map((byte) => byte & 0x7f))));
        const result = capture.finish();
        const kept = Math.min(cap, all.length);
        const [head, tail] = [Math.min(all.length, Math.ceil(cap / 2)), Math.floor(cap / 2)];
        const cut = all.length - kept;
        const text = all.toString("latin1");
        expect(result.text).toBe(
          cut === 0
            ? text
            : `${text.slice(0, head)}\n[… ${cut} bytes cut …]\n${text.slice(all.length - tail)}`,
        );
        expect(result).toMatchObject({ totalBytes: all.length, cutBytes: cut });
        expect(result.sha256).toBe(createHash("sha256").update(all).digest("hex"));
      }),
    );
  });

  it("gives the same lines for every way of cutting the stream", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.integer({ min: 1, max: 9 }),
        (text, size) => {
          const bytes = Buffer.from(text, "utf8");
          const lines: string[] = [];
          const splitter = new LineSplitter(10_000, (line) => lines.push(line));
          for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size));
          splitter.end();
          const expected = bytes.toString("utf8").split("\n");
          if (expected.at(-1) === "") expected.pop();
          expect(lines).toEqual(expected.map((line) => line.replace(/\r$/, "")));
        },
      ),
    );
  });

  it("reads the marks from a line of macOS ps", () => {
    const line =
      " 501   1   501 0 S    Tue Nov 21 10:00:00 2026 /opt/node/bin/node agent.js PATH=/bin HARNESS_RUN=att_1 HARNESS_OWNER=ab.1.x.2";
    expect(parsePsLine(line)).toEqual({
      pid: 501,
      ppid: 1,
      pgrp: 501,
      session: 501,
      name: "node",
      startTime: "Tue Nov 21 10:00:00 2026",
      cookie: "att_1",
      owner: "ab.1.x.2",
    });
    expect(parsePsLine(" 7 1 7 0 Z Tue Nov 21 10:00:00 2026 (gone)")).toBeUndefined();
    expect(parsePsLine("PID garbage")).toBeUndefined();
  });
});
