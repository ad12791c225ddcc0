import {
  HarnessError,
  type ListFormat,
  type ListProblem,
  MAX_LIST_BYTES,
  operations,
  type Parsed,
  type SubmittedList,
} from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { ReadList, startOrder } from "../lists/index.ts";
import type { Tx } from "../storage/index.ts";
import { once, queueCounts } from "../tasks/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller, Handlers } from "./invoke.ts";
import { orderOf, taskOf, totalsOf } from "./list-preview.ts";
import { type ListWish, type ResolvedItem, refusedBasesOf, resolveItems } from "./list-resolve.ts";
import { storeList } from "./list-store.ts";
import { costWarnings } from "./list-warnings.ts";
import { refuseWhenDraining } from "./project-handlers.ts";
import type { RefusedBases } from "./task-submit.ts";

const stored = (value: unknown) => operations["task/submit_list"].result.parse(value);

/** Submitting a list of tasks that belong together. */
export function listHandlers(deps: OperationsDeps): Pick<Handlers, "task/submit_list"> {
  return {
    "task/submit_list": async ({ idempotency_key, ...params }, caller) => {
      refuseWhenDraining(deps);
      const text = await readText(params);
      const read = { ...text, refused: await refusedBasesOf(deps, text, params) };
      if (params.dry_run) return preview(deps, deps.storage.reader, read, params);
      return deps.log.write((tx) =>
        once(tx, "task/submit_list", idempotency_key, params, stored, () =>
          submit(deps, tx, read, params, caller),
        ),
      );
    },
  };
}

/** A list as it was read, in which format, and what orders it. */
interface ReadText extends ReadList {
  readonly format: ListFormat;
  readonly startOrder: typeof startOrder;
}

/** With what git says of the base branches in it. */
interface CheckedText extends ReadText {
  readonly refused: RefusedBases;
}

async function readText({ text, format }: Parsed<"task/submit_list">): Promise<ReadText> {
  if (Buffer.byteLength(text) > MAX_LIST_BYTES)
    throw new HarnessError(
      "invalid_params",
      `text is larger than ${MAX_LIST_BYTES} bytes. Submit it in parts.`,
      {
        field: "text",
        expected: `at most ${MAX_LIST_BYTES} bytes`,
      },
    );
  // A server that is never given a list does not load what reads them.
  const lists = await import("../lists/index.ts");
  const used = format ?? lists.detectFormat(text);
  return { ...lists.readList(text, used), format: used, startOrder: lists.startOrder };
}

/** What the list would do. With problems nothing else is said: half a list has no order. */
async function preview(
  deps: OperationsDeps,
  db: Tx,
  list: CheckedText,
  wish: ListWish,
): Promise<SubmittedList> {
  const { items, problems } = await checked(deps, db, list, wish);
  return shown(deps, db, list, problems.length > 0 ? [] : items, problems);
}

/** All of it in one transaction, or nothing. */
async function submit(
  deps: OperationsDeps,
  tx: WriteTx,
  list: CheckedText,
  wish: ListWish,
  caller: Caller,
): Promise<SubmittedList> {
  const { items, problems } = await checked(deps, tx.db, list, wish);
  if (problems.length > 0) throw listInvalid(problems);
  const result = await shown(deps, tx.db, list, items, []);
  const { list_id, tasks } = await storeList(deps, tx, items, caller);
  return {
    ...result,
    list_id,
    dry_run: false,
    tasks: result.tasks.map((task) => ({ ...task, ...tasks.get(task.item)! })),
  };
}

async function checked(
  deps: OperationsDeps,
  db: Tx,
  list: CheckedText,
  wish: ListWish,
): Promise<{ items: ResolvedItem[]; problems: ListProblem[] }> {
  const { items, problems } = await resolveItems(deps, db, list, wish, list.refused);
  const all = [...list.problems, ...problems].sort(
    (a, b) => a.line - b.line || (a.column ?? 0) - (b.column ?? 0),
  );
  return { items, problems: all };
}

async function shown(
  deps: OperationsDeps,
  db: Tx,
  list: ReadText,
  items: readonly ResolvedItem[],
  problems: readonly ListProblem[],
): Promise<SubmittedList> {
  const order = orderOf(deps, items, list.startOrder);
  const tasks = items.map((item) => taskOf(deps, item, order));
  return {
    list_id: null,
    dry_run: true,
    format: list.format,
    tasks,
    problems: problems.map((problem) => ({ ...problem })),
    warnings: costWarnings(deps, items),
    skipped: list.skipped.map((part) => ({ ...part, text: deps.redact(part.text) })),
    order,
    totals: totalsOf(tasks, await aheadOf(db, items)),
  };
}

/** Tasks of the same projects that run or are queued before any of the list. */
async function aheadOf(db: Tx, items: readonly ResolvedItem[]): Promise<number> {
  const counts = await queueCounts(db);
  const projects = new Set(items.map(({ resolved }) => resolved.project.id));
  return [...projects].reduce((total, id) => {
    const { running, queued } = counts.get(id) ?? { running: 0, queued: 0 };
    return total + running + queued;
  }, 0);
}

function listInvalid(problems: readonly ListProblem[]): HarnessError {
  const first = problems[0]!;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return new HarnessError(
    "list_invalid",
    `Nothing was submitted. Line ${first.line}: ${first.message}${more}`,
    {
      field: "text",
      line: first.line,
      ...(first.hint === undefined ? {} : { hint: first.hint }),
      issues: problems.map(({ line, column, field, message, hint }) => ({
        field: field ?? "text",
        message,
        line,
        ...(column === undefined ? {} : { column }),
        ...(hint === undefined ? {} : { hint }),
      })),
    },
  );
}
