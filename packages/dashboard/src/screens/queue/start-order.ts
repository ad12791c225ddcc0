import type { Task } from "@harness/protocol";

/**
 * Queued tasks about as they will start: by priority, then by how long they wait. Within that projects take turns, and
 * waiting raises the priority, which the server alone knows exactly.
 */
export function inOrder(tasks: readonly Task[]): Task[] {
  return tasks.toSorted(
    (a, b) =>
      b.priority - a.priority ||
      (a.not_before ?? "").localeCompare(b.not_before ?? "") ||
      a.created_at.localeCompare(b.created_at) ||
      a.id.localeCompare(b.id),
  );
}
