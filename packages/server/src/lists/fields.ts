import { ListDefaults, type ListProblem, MAX_LIST_ITEMS, TaskId, TaskRequest } from "@harness/protocol";
import { z } from "zod";
import { nearest } from "../config/index.ts";
import type { Place, Placed, RawItem } from "./item.ts";
import { MOST_HINTS } from "./links.ts";
import { keyPattern } from "./tag-words.ts";

/** How an item names another: by its number, its key, or the id of a task that exists. */
const Reference = z.union([
  z.number().int().min(1).max(MAX_LIST_ITEMS),
  TaskId,
  z.string().regex(keyPattern, "expected the key or number of an item, or a task id"),
]);

/** Everything an item may say. */
const ItemFields = TaskRequest.extend({
  key: z.string().regex(keyPattern, "expected a letter, then letters, digits and . _ -").optional(),
  after: z.union([Reference.transform((one) => [one]), z.array(Reference).max(100)]).optional(),
});
export type ItemFields = z.infer<typeof ItemFields>;

/** Everything the defaults of a file may say. */
const FileDefaults = ListDefaults.extend({ project: TaskRequest.shape.project });
export type FileDefaults = z.infer<typeof FileDefaults>;

/** The fields of an item, checked against those of a task request; undefined when there are problems. */
export function checkItem(item: RawItem, problems: ListProblem[]): ItemFields | undefined {
  const { number, place, values } = item;
  if (!values.has("prompt")) {
    problems.push({ ...place, item: number, field: "prompt", message: "The item says nothing to do." });
    return undefined;
  }
  return check(ItemFields, values, place, number, problems);
}

/** The defaults of a file. */
export function checkDefaults(values: ReadonlyMap<string, Placed>, problems: ListProblem[]): FileDefaults {
  return check(FileDefaults, values, { line: 1 }, undefined, problems) ?? {};
}

function check<T extends z.ZodObject>(
  schema: T,
  values: ReadonlyMap<string, Placed>,
  at: Place,
  item: number | undefined,
  problems: ListProblem[],
): z.output<T> | undefined {
  const names = Object.keys(schema.shape);
  const before = problems.length;
  const known: [string, unknown][] = [];
  for (const [name, { value, place }] of values) {
    if (names.includes(name)) known.push([name, value]);
    else
      problems.push({
        ...place,
        item,
        field: cut(name),
        message: `There is no field ${cut(name)}.`,
        ...(problems.length < MOST_HINTS ? hint(name, names) : {}),
      });
  }
  const parsed = schema.safeParse(Object.fromEntries(known));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const field = String(issue.path[0] ?? "");
      const place = values.get(field)?.place ?? at;
      problems.push({ ...place, item, field, message: `${field}: ${reason(issue)}.` });
    }
  }
  return parsed.success && problems.length === before ? parsed.data : undefined;
}

function reason(issue: z.core.$ZodIssue): string {
  const inner = issue.code === "invalid_union" ? issue.errors.flat().at(-1) : undefined;
  return (inner?.message ?? issue.message).replace(/\.$/, "");
}

function hint(name: string, names: readonly string[]): { hint?: string } {
  const meant = nearest(name, names);
  return meant === undefined ? { hint: `Fields: ${names.join(", ")}.` } : { hint: `Did you mean ${meant}?` };
}

function cut(name: string): string {
  return name.length > 60 ? `${name.slice(0, 59)}…` : name;
}
