import {
  type HarnessError,
  isHarnessError,
  type ListDefaults,
  type ListProblem,
  type TaskRequest,
} from "@harness/protocol";
import type { ListItem, ReadList } from "../lists/index.ts";
import type { Tx } from "../storage/index.ts";
import type { OperationsDeps } from "./deps.ts";
import {
  checkLinks,
  checkRequest,
  openOf,
  type RefusedBases,
  type ResolvedRequest,
  refuseBase,
  refusedBases,
  resolveRequest,
} from "./task-submit.ts";

/** What is said once for a whole list. */
export interface ListWish {
  readonly project?: string | undefined;
  readonly defaults?: ListDefaults | undefined;
}

/** An item with everything that decides how it runs. */
export interface ResolvedItem {
  readonly item: ListItem;
  /** As it is submitted: the item's own fields on the defaults of list and caller. */
  readonly asked: TaskRequest;
  readonly resolved: ResolvedRequest;
  /** Tasks outside the list it waits for that have not ended well. */
  readonly open: readonly { readonly id: string; readonly status: string }[];
}

/** Why base branches that items of the list name cannot be begun at; git is asked, so before any transaction. */
export function refusedBasesOf(deps: OperationsDeps, list: ReadList, wish: ListWish): Promise<RefusedBases> {
  return refusedBases(
    deps,
    list.items.map((item) => askedOf(item, list, wish)),
  );
}

/** Resolves every item against projects, templates, agents and tasks; what is wrong with one is a problem with its line. */
export async function resolveItems(
  deps: OperationsDeps,
  db: Tx,
  list: ReadList,
  wish: ListWish,
  refused: RefusedBases,
): Promise<{ items: ResolvedItem[]; problems: ListProblem[] }> {
  const items: ResolvedItem[] = [];
  const problems: ListProblem[] = [];
  for (const item of list.items) {
    const asked = askedOf(item, list, wish);
    try {
      checkRequest(deps, asked);
      refuseBase(refused, asked);
      const resolved = await resolveRequest(deps, db, asked);
      const depends_on = [...(asked.depends_on ?? [])];
      await checkLinks({ db }, [...depends_on, ...(asked.parent_task_id ? [asked.parent_task_id] : [])]);
      items.push({ item, asked, resolved, open: await openOf({ db }, depends_on) });
    } catch (error) {
      // Only a refusal belongs to one item; a failing database fails the list.
      if (!isHarnessError(error) || error.code.startsWith("storage")) throw error;
      problems.push(problemOf(error, item));
    }
  }
  return { items, problems };
}

/** The item's own fields win over the list's defaults, those over the caller's; labels add up. */
function askedOf(item: ListItem, list: ReadList, wish: ListWish): TaskRequest {
  const project = item.request.project ?? list.defaults.project ?? wish.project;
  const labels = [wish.defaults, list.defaults, item.request].flatMap((part) => part?.labels ?? []);
  return {
    ...wish.defaults,
    ...list.defaults,
    ...item.request,
    ...(project === undefined ? {} : { project }),
    ...(labels.length > 0 ? { labels: [...new Set(labels)] } : {}),
  };
}

function problemOf(error: HarnessError, item: ListItem): ListProblem {
  const { field, allowed, hint } = error.details;
  const place =
    (field === undefined ? undefined : item.places.get(field)) ?? placeOfLink(field, item) ?? item.place;
  const more =
    hint ??
    (allowed && !error.message.includes(allowed.join(", ")) ? `Known: ${allowed.join(", ")}.` : undefined);
  return {
    ...place,
    item: item.number,
    ...(field === undefined ? {} : { field }),
    message: error.message,
    ...(more === undefined ? {} : { hint: more }),
  };
}

/** A task named by `after:` is a dependency. */
function placeOfLink(field: string | undefined, item: ListItem) {
  return field === "depends_on" ? item.places.get("after") : undefined;
}
