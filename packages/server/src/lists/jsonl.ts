import { type ListProblem, MAX_LIST_ITEMS } from "@harness/protocol";
import type { Placed, RawItem, RawList } from "./item.ts";

/** Reads JSON lines: one object a line, empty lines do not count. */
export function readJsonl(text: string): RawList {
  const items: RawItem[] = [];
  const problems: ListProblem[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    if (items.length > MAX_LIST_ITEMS || problems.length > 100) break;
    const place = { line: index + 1 };
    const number = items.length + 1;
    const found = readObject(line);
    if (typeof found === "string") problems.push({ ...place, item: number, message: found });
    const values = new Map<string, Placed>();
    if (typeof found === "object")
      for (const [name, value] of Object.entries(found)) values.set(name, { value, place });
    items.push({ number, place, checked: false, values });
  }
  return { items, defaults: new Map(), problems, skipped: [] };
}

/** The object of a line, or what is wrong with it. */
function readObject(line: string): object | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 160) : "";
    return `The line is not valid JSON: ${reason}`;
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value
    : "A line is one JSON object.";
}
