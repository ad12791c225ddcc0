import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Line, readLines } from "./lines.ts";

/** The lines of these chunks, long ones by their length. */
async function lines(chunks: readonly Uint8Array[], most = 1000): Promise<(string | number)[]> {
  async function* input() {
    yield* chunks;
  }
  const all: Line[] = [];
  for await (const line of readLines(input(), most)) all.push(line);
  return all.map((line) => line.tooLong ?? Buffer.from(line.bytes ?? []).toString("latin1"));
}

describe("lines of a stream", () => {
  it.each([
    ["a\nb\n", ["a", "b"]],
    ["a\r\nb\r\n", ["a", "b"]],
    ["a\nhalf", ["a", "half"]],
    ["\n\n \t\r\na\n", ["a"]],
    ["", []],
    [`${"x".repeat(1001)}\nnext\n`, [1001, "next"]],
    ["x".repeat(5000), [5000]],
    [`${"x".repeat(1000)}\n`, ["x".repeat(1000)]],
    ["a\u0000b\nc\n", ["a\u0000b", "c"]],
  ])("are cut at line ends only: %j [req:rpc.lines]", async (text, expected) => {
    expect(await lines([Buffer.from(text)])).toEqual(expected);
  });

  it("are the same however the stream was cut into chunks [req:rpc.lines]", async () => {
    const bytes = fc
      .uint8Array({ maxLength: 400 })
      .map((all) => all.map((byte) => (byte % 7 === 0 ? 10 : byte)));
    await fc.assert(
      fc.asyncProperty(bytes, fc.array(fc.nat(400), { maxLength: 10 }), async (all, cuts) => {
        const places = [...cuts, 0, all.length].map((cut) => Math.min(cut, all.length)).sort((a, b) => a - b);
        const chunks = places.slice(1).map((end, index) => all.subarray(places[index], end));
        expect(await lines(chunks, 20)).toEqual(await lines([all], 20));
      }),
    );
  });
});
