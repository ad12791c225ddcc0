import { expect, it } from "vitest";
import { taskFilter } from "./run-words.ts";

const now = Date.parse("2026-01-08T00:00:00Z");

it("the words of the address become the filter of the list", () => {
  expect(taskFilter({}, now)).toEqual({ active: false });
  expect(
    taskFilter(
      { q: "basket", status: "failed", project: "shop", agent: "claude", rating: "down", since: "week" },
      now,
    ),
  ).toEqual({
    status: ["failed"],
    q: "basket",
    project_id: ["shop"],
    agent: ["claude"],
    rating: "down",
    created_after: "2026-01-01T00:00:00.000Z",
  });
});

it("words nobody knows change nothing", () => {
  expect(taskFilter({ status: "queued", rating: "best", since: "__proto__" }, now)).toEqual({
    active: false,
  });
});
