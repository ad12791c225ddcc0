import { getProject } from "../projects/index.ts";
import {
  getThread,
  itemsOf,
  listThreads,
  presentThread,
  presentTurn,
  publicationsOf,
  queueOf,
  turnsOfThread,
} from "../threads/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";
import { threadDiff } from "./thread-diff.ts";
import { proofsOf } from "./thread-proofs.ts";

type Names = "thread/list" | "thread/get" | "thread/items" | "thread/diff";

const PAGE = 50;

/** What is to be seen of conversations. */
export function threadViews(deps: OperationsDeps): Pick<Handlers, Names> {
  const db = () => deps.storage.reader;
  return {
    "thread/list": async ({ project, limit, ...filter }) => {
      const project_id = project === undefined ? undefined : (await getProject(db(), project)).id;
      const { rows, page } = await listThreads(db(), { ...filter, project_id, limit: limit ?? PAGE });
      return { data: rows.map(presentThread), page: { ...page } };
    },
    "thread/get": async ({ thread_id }) => {
      const thread = await getThread(db(), thread_id);
      const turns = await turnsOfThread(db(), thread_id);
      return {
        ...presentThread(thread),
        turn_history: turns.map(presentTurn),
        queue: await queueOf(db(), thread_id),
        publications: await publicationsOf(db(), thread_id),
        proofs: await proofsOf(deps, thread_id),
      };
    },
    "thread/items": async ({ thread_id, after_seq, limit }) => {
      await getThread(db(), thread_id);
      return itemsOf(db(), thread_id, { after_seq: after_seq ?? 0, limit: limit ?? PAGE });
    },
    "thread/diff": (params) => threadDiff(deps, params),
  };
}
