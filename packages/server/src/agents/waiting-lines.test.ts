import { expect, it } from "vitest";
import type { RecordingEntry } from "./recording.ts";
import { WaitingLines } from "./waiting-lines.ts";

const line = (t: number, s: string, d: RecordingEntry["d"] = "out"): RecordingEntry => ({ t, d, s });

it("gives lines as they came, in parts, however they are spelled [req:recording.bounded]", () => {
  const waiting = new WaitingLines(1_000_000);
  const lines = [line(0, "one"), line(1.5, "zwölf €", "in"), line(2, "", "err"), line(3, "𝄞".repeat(50_000))];
  for (const entry of lines) waiting.push(entry);
  expect(waiting.take(1)).toEqual(lines.slice(0, 1));
  expect(waiting.take(waiting.size)).toEqual(lines.slice(1));
  expect([waiting.size, waiting.take(100)]).toEqual([0, []]);
});

it("drops the oldest of too many, says how many characters they had, and takes no more room [req:recording.bounded]", () => {
  const waiting = new WaitingLines(1_000);
  for (let n = 0; n < 10_000; n += 1) waiting.push(line(n, `line ${String(n).padStart(5, "0")}`));
  expect(waiting.size).toBeLessThanOrEqual(1_000);
  const [cut, ...kept] = waiting.take(waiting.size);
  expect(kept.at(-1)).toEqual(line(9_999, "line 09999"));
  expect(cut).toEqual({ t: kept[0]?.t, d: "cut", s: String((10_000 - kept.length) * 10) });
});

it("keeps one line that is longer than all that may wait [req:recording.bounded]", () => {
  const waiting = new WaitingLines(10);
  waiting.push(line(0, "short"));
  waiting.push(line(1, "x".repeat(100)));
  expect(waiting.take(waiting.size).map(({ s }) => s.length)).toEqual([1, 100]);
});
