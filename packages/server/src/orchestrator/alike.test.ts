import type { Finding } from "@harness/protocol";
import { expect, it } from "vitest";
import { alike } from "./alike.ts";

const finding = (title: string, line = 1): Finding => ({
  file: "sum.js",
  line,
  severity: "high",
  title,
  scenario: "sum(1, 2) gives 4",
});

it("tells a review that asks for the same again from one that asks for something else [req:loop.review]", () => {
  expect(alike([finding("Wrong sum", 1)], [finding("wrong sum!", 9)])).toBe(1);
  expect(alike([finding("wrong sum")], [finding("slow loop over strings allocates")])).toBeLessThan(0.85);
  expect(alike([], [])).toBe(1);
  expect(alike([finding("wrong sum")], [])).toBe(0);
});
