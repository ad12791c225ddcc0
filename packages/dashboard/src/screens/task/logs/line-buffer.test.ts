import { expect, it } from "vitest";
import { LineBuffer } from "./line-buffer.ts";

it("keeps the newest lines and says how many were before them", () => {
  const buffer = new LineBuffer<string>(3);
  for (let n = 0; n < 100; n += 1) {
    buffer.add(`line ${n}`);
    const { kept, cut } = buffer.lines();
    expect(kept.length + cut).toBe(n + 1);
    expect(kept.length).toBe(Math.min(3, n + 1));
    expect(kept.at(-1)).toEqual({ number: n, line: `line ${n}` });
  }
  expect(buffer.lines().kept.map(({ line }) => line)).toEqual(["line 97", "line 98", "line 99"]);
});
