import { expect, it } from "vitest";
import { loggedTypes } from "./sources.ts";

it("the types of the structured log fit into one request", () => {
  expect(loggedTypes.length).toBeLessThanOrEqual(50);
  expect(loggedTypes).toContain("item.completed");
  expect(loggedTypes).not.toContain("message.delta");
});
