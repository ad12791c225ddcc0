import { createHash } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { ProcessBench } from "./bench.ts";

const GIGABYTE = 1_000_000_000;

describe("output", () => {
  it("of invalid UTF-8, NUL and split code points is text with U+FFFD [req:process.utf8]", async () => {
    await using bench = new ProcessBench();
    const lines: string[] = [];
    let chunks = "";
    const outcome = await bench.runner.run(
      bench.fixture("writes-invalid-utf8", [], {
        onLine: (_stream, line) => lines.push(line),
        onChunk: (_stream, text) => {
          chunks += text;
        },
      }),
    );
    expect(lines).toEqual(["a\uFFFD\uFFFDb\0\u001b[31m", "€", "\uFFFD"]);
    expect(chunks).toBe("a\uFFFD\uFFFDb\0\u001b[31m\n€\n\uFFFD");
    expect(outcome.stdout.text).toBe(chunks);
    expect(outcome.stdout.totalBytes).toBe(17);
  });

  it("beyond the cap keeps head and tail, marks the cut and hashes all [req:process.output-cap]", async () => {
    await using bench = new ProcessBench();
    const script = "process.stdout.write('H'.repeat(600) + '€'.repeat(1000) + 'T'.repeat(600))";
    const spec = bench.fixture("", ["-e", script], { file: "node", outputCapBytes: 2001 });
    const { stdout } = await bench.runner.run(spec);
    const all = "H".repeat(600) + "€".repeat(1000) + "T".repeat(600);
    expect(stdout.totalBytes).toBe(4200);
    expect(stdout.sha256).toBe(createHash("sha256").update(all).digest("hex"));
    const [head, mark, tail] = stdout.text.split("\n");
    expect(mark).toBe(`[… ${stdout.cutBytes} bytes cut …]`);
    expect(head).toMatch(/^H{600}€+$/);
    expect(tail).toMatch(/^€+T{600}$/);
    expect(Buffer.byteLength(head! + tail!) + stdout.cutBytes).toBe(4200);
    expect(Buffer.byteLength(head! + tail!)).toBeGreaterThan(1990);
  });

  it("with a line over the limit gives the line cut, and the next one whole [req:process.long-line]", async () => {
    await using bench = new ProcessBench();
    const lines: string[] = [];
    const script = "process.stdout.write('x'.repeat(50_000) + '\\r\\nshort\\r\\n')";
    await bench.runner.run(
      bench.fixture("", ["-e", script], {
        file: "node",
        maxLineBytes: 1000,
        onLine: (_stream, line) => lines.push(line),
      }),
    );
    expect(lines).toEqual([`${"x".repeat(1000)}[… 49001 bytes cut …]`, "short"]);
  });

  it.for(["broken", "unbroken"])(
    "of 1 GB, %s into lines, leaves memory and event loop alone [req:process.flood]",
    async (kind) => {
      await using bench = new ProcessBench();
      let bytes = 0;
      let peak = 0;
      const before = process.memoryUsage.rss();
      const sampler = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage.rss());
      }, 20);
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const outcome = await bench.runner.run(
        bench.fixture("floods-stdout", [String(GIGABYTE), kind], {
          onLine: (_stream, line) => {
            bytes += line.length;
          },
        }),
      );
      delay.disable();
      clearInterval(sampler);
      expect(outcome).toMatchObject({ exitCode: 0, reason: "exited" });
      expect(outcome.stdout.totalBytes).toBe(GIGABYTE);
      expect(outcome.stdout.cutBytes).toBe(GIGABYTE - 1024 * 1024);
      expect(outcome.stdout.text).toContain(`bytes cut`);
      expect(bytes).toBeGreaterThan(1_000_000);
      const figures = `grew ${(peak - before) / 1e6} MB, loop p99 ${delay.percentile(99) / 1e6} ms, ${outcome.durationMs} ms`;
      expect(peak - before, figures).toBeLessThan(200e6);
      expect(delay.percentile(99) / 1e6, figures).toBeLessThan(50);
    },
  );
});
