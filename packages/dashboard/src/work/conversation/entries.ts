import type { Approval, Item, ThreadItem, Turn } from "@harness/protocol";
import type { ThreadView } from "./thread-follower.ts";

/** One row of a conversation. */
export type Entry =
  | { readonly kind: "turn"; readonly key: string; readonly turn: Turn; readonly number: number }
  | { readonly kind: "item"; readonly key: string; readonly item: ThreadItem }
  | { readonly kind: "running"; readonly key: string; readonly item: Item; readonly since: string | null }
  | { readonly kind: "saying"; readonly key: string; readonly text: string }
  | { readonly kind: "approval"; readonly key: string; readonly approval: Approval; readonly first: boolean }
  | { readonly kind: "end"; readonly key: string; readonly turn: Turn };

/** The rows of a thread in order: each turn with what happened in it, then what happens now and what is asked. */
export function entriesOf(view: ThreadView): Entry[] {
  const byTurn = Map.groupBy(view.items, ({ turn_id }) => turn_id);
  const known = new Set(view.turns.map(({ id }) => id));
  const entries: Entry[] = [];
  // Turns so old that only what was said in them is still told.
  for (const [turn_id, items] of byTurn) if (!known.has(turn_id)) entries.push(...items.map(itemEntry));
  view.turns.forEach((turn, index) => {
    entries.push({ kind: "turn", key: turn.id, turn, number: index + 1 });
    entries.push(...(byTurn.get(turn.id) ?? []).map(itemEntry));
    if (["failed", "cancelled"].includes(turn.status))
      entries.push({ kind: "end", key: `end ${turn.id}`, turn });
  });
  return [...entries, ...now(view)];
}

function itemEntry(item: ThreadItem): Entry {
  return { kind: "item", key: String(item.seq), item };
}

function now({ live, approvals, began }: ThreadView): Entry[] {
  return [
    ...live.items.map((item): Entry => {
      return { kind: "running", key: `running ${item.id}`, item, since: began.get(item.id) ?? null };
    }),
    ...(live.text === "" ? [] : [{ kind: "saying", key: "saying", text: live.text } as const]),
    ...approvals.map((approval, index): Entry => {
      return { kind: "approval", key: approval.id, approval, first: index === 0 };
    }),
  ];
}

/** Where an address points: an item by its seq, else the beginning of a turn; -1 when it is not there. */
export function entryIndex(
  entries: readonly Entry[],
  { turn, item }: { readonly turn: string | undefined; readonly item: string | undefined },
): number {
  const byItem = item === undefined ? -1 : entries.findIndex(({ key }) => key === item);
  return byItem >= 0 || turn === undefined ? byItem : entries.findIndex(({ key }) => key === turn);
}

/** Whether two rows show the same. */
export function isSameEntry(before: Entry, after: Entry): boolean {
  const names = Object.keys(after) as (keyof Entry)[];
  return names.every((name) => before[name] === after[name]);
}
