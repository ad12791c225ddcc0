import type { TaskStatus } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller } from "./invoke.ts";
import type { ResolvedItem } from "./list-resolve.ts";
import { submitTask } from "./task-submit.ts";

/** What an item became. */
interface Stored {
  readonly task_id: string;
  readonly status: TaskStatus;
  readonly depends_on: string[];
}

/**
 * Stores every item as a task of one list, in the caller's transaction. Ids are made in the order of the list, so that
 * among equals the dispatcher keeps it; a task is stored after those it waits for.
 */
export async function storeList(
  deps: OperationsDeps,
  tx: WriteTx,
  items: readonly ResolvedItem[],
  caller: Caller,
): Promise<{ list_id: string; tasks: ReadonlyMap<number, Stored> }> {
  const list_id = deps.newId("list");
  const ids = new Map(items.map(({ item }) => [item.number, deps.newId("task")]));
  const tasks = new Map<number, Stored>();
  for (const { item, asked } of dependenciesFirst(items)) {
    const id = ids.get(item.number)!;
    const depends_on = [...(asked.depends_on ?? []), ...item.after.map((number) => ids.get(number)!)];
    const request = depends_on.length > 0 ? { ...asked, depends_on } : asked;
    const { status } = await submitTask(deps, tx, request, caller, { id, list_id });
    tasks.set(item.number, { task_id: id, status, depends_on });
  }
  return { list_id, tasks };
}

/** The items with each after those it waits for; the reader has refused circles. */
function dependenciesFirst(items: readonly ResolvedItem[]): ResolvedItem[] {
  const byNumber = new Map(items.map((entry) => [entry.item.number, entry]));
  const placed = new Set<ResolvedItem>();
  const place = (entry: ResolvedItem | undefined): void => {
    if (entry === undefined || placed.has(entry)) return;
    for (const number of entry.item.after) place(byNumber.get(number));
    placed.add(entry);
  };
  for (const entry of items) place(entry);
  return [...placed];
}
