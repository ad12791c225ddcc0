import type { Task } from "@harness/protocol";
import { expect, it } from "vitest";
import { inOrder } from "./start-order.ts";

const task = (id: string, priority: number, created_at: string, not_before: string | null = null) =>
  ({ id, priority, created_at, not_before }) as Task;

it("queued tasks are shown by priority, then by how long they wait; those that must not start yet come last", () => {
  const order = inOrder([
    task("young", 0, "2026-01-02"),
    task("later", 0, "2025-01-01", "2026-02-01"),
    task("old", 0, "2026-01-01"),
    task("urgent", 2, "2026-01-03"),
  ]);
  expect(order.map(({ id }) => id)).toEqual(["urgent", "old", "young", "later"]);
});
