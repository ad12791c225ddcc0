import type { ListProblem } from "@harness/protocol";
import { nearest } from "../config/index.ts";
import type { Place, RawItem } from "./item.ts";

/** Problems that get the nearest name as a hint: looking for it compares with every name. */
export const MOST_HINTS = 100;

/** An item with the names it has and uses. */
export interface Linked {
  readonly raw: RawItem;
  readonly key: string | undefined;
  readonly after: readonly (string | number)[];
}

/** What an item waits for: open items by number, and tasks that exist. */
export interface Links {
  readonly items: readonly number[];
  readonly tasks: readonly string[];
}

/**
 * Resolves what every item comes after. Unknown names, keys used twice and circles are problems; a checked item is
 * done, and nobody waits for it.
 */
export function resolveLinks(all: readonly Linked[], problems: ListProblem[]): Map<number, Links> {
  const byKey = keysOf(all, problems);
  const checked = new Set(all.filter(({ raw }) => raw.checked).map(({ raw }) => raw.number));
  const links = new Map<number, Links>();
  for (const { raw, after } of all) {
    const items = new Set<number>();
    const tasks = new Set<string>();
    const place = placeOf(raw);
    for (const name of after) {
      if (typeof name === "string" && /^task_[0-9A-HJKMNP-TV-Z]{26}$/.test(name)) {
        tasks.add(name);
        continue;
      }
      const number = typeof name === "number" ? name : byKey.get(name);
      if (number !== undefined && number >= 1 && number <= all.length) {
        if (!checked.has(number)) items.add(number);
      } else
        problems.push({
          ...place,
          item: raw.number,
          field: "after",
          ...unknownName(name, all.length, problems.length < MOST_HINTS ? byKey.keys() : []),
        });
    }
    links.set(raw.number, { items: [...items].sort((a, b) => a - b), tasks: [...tasks] });
  }
  for (const circle of circles(links)) problems.push(circleProblem(circle, all));
  return links;
}

function keysOf(all: readonly Linked[], problems: ListProblem[]): Map<string, number> {
  const byKey = new Map<string, number>();
  for (const { raw, key } of all) {
    if (key === undefined) continue;
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, raw.number);
    else
      problems.push({
        ...(raw.values.get("key")?.place ?? raw.place),
        item: raw.number,
        field: "key",
        message: `The key ${key} is that of item ${known} already.`,
      });
  }
  return byKey;
}

/** One circle for each group of items that wait for each other, as the numbers along it, the first one repeated. */
function circles(links: ReadonlyMap<number, Links>): number[][] {
  const found: number[][] = [];
  const state = new Map<number, "open" | "done">();
  for (const start of links.keys()) {
    // By hand and not by recursion: a chain may be as long as the list.
    const path: { number: number; next: number }[] = [];
    if (!state.has(start)) path.push({ number: start, next: 0 });
    while (path.length > 0) {
      const top = path.at(-1)!;
      state.set(top.number, "open");
      const next = links.get(top.number)?.items[top.next];
      top.next += 1;
      if (next === undefined) {
        state.set(top.number, "done");
        path.pop();
      } else if (state.get(next) === "open") {
        const from = path.findIndex(({ number }) => number === next);
        found.push([...path.slice(from).map(({ number }) => number), next]);
      } else if (!state.has(next)) path.push({ number: next, next: 0 });
    }
  }
  return found;
}

function circleProblem(circle: readonly number[], all: readonly Linked[]): ListProblem {
  const first = all[circle[0]! - 1]!;
  const names = circle.map((number) => {
    const key = all[number - 1]?.key;
    return key === undefined ? `#${number}` : `#${number} ${key}`;
  });
  return {
    ...placeOf(first.raw),
    item: first.raw.number,
    field: "after",
    message: `Nothing of this could ever start: ${names.join(" → ")}.`,
    hint: "Each comes after the next. Take one after: away.",
  };
}

function unknownName(name: string | number, count: number, keys: Iterable<string>) {
  if (typeof name === "number") return { message: `There is no item ${name}: the list has ${count}.` };
  const meant = nearest(name, keys);
  return {
    message: `No item has the key ${name}.`,
    hint: meant === undefined ? "Give the item a key: #name in its first line." : `Did you mean ${meant}?`,
  };
}

function placeOf(raw: RawItem): Place {
  return raw.values.get("after")?.place ?? raw.place;
}
