import { expect, it } from "vitest";
import { shellWord, span } from "./wording.ts";

it("a length of time is read in its largest unit", () => {
  const shown = [0, 119_499, 119_500, 7_199_000, 7_200_000, 172_799_000, 172_800_000].map(span);
  expect(shown).toEqual(["0 s", "119 s", "2 min", "120 min", "2 h", "48 h", "2 d"]);
});

it("a shell reads a word as it is, whatever it holds", () => {
  expect(["a/b-1.2", "", "it's", "$(x)"].map(shellWord)).toEqual(["a/b-1.2", "''", "'it'\\''s'", "'$(x)'"]);
});
