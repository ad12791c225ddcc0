import type { CostGroup, Parsed } from "@harness/protocol";
import { type LedgerFilter, type LedgerGroup, listLedger, sumLedger } from "../budgets/index.ts";
import { getProject } from "../projects/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";

/** Rows of a page that names no length. */
const PAGE = 50;

const columns: Readonly<Record<CostGroup, LedgerGroup>> = {
  day: "night",
  project: "project_id",
  agent: "agent",
  model: "model",
  account: "account",
  stage: "stage",
  role: "role",
  task: "task_id",
};

/** The ledger, line by line and added up. */
export function costHandlers({ storage }: OperationsDeps): Pick<Handlers, "cost/sum" | "cost/list"> {
  const db = storage.reader;
  return {
    "cost/sum": async ({ by = "day", limit = PAGE, cursor, ...wish }) => {
      const { rows, page } = await sumLedger(db, columns[by], await filterOf(wish), { limit, cursor });
      const data = await Promise.all(
        rows.map(async (row) => ({ ...row, name: by === "project" ? await nameOf(row.key) : row.key })),
      );
      return { data, page };
    },
    "cost/list": async ({ limit = PAGE, cursor, ...wish }) => {
      const { rows, page } = await listLedger(db, await filterOf(wish), { limit, cursor });
      return { data: [...rows], page };
    },
  };

  async function filterOf({
    since,
    until,
    project,
    ...rest
  }: Omit<Parsed<"cost/list">, "limit" | "cursor">): Promise<LedgerFilter> {
    return {
      ...rest,
      ...(since === undefined ? {} : { since: Date.parse(since) }),
      ...(until === undefined ? {} : { until: Date.parse(until) }),
      ...(project === undefined ? {} : { project_id: (await getProject(db, project)).id }),
    };
  }

  async function nameOf(id: string | null): Promise<string | null> {
    if (id === null) return null;
    const row = await db.selectFrom("projects").select("name").where("id", "=", id).executeTakeFirst();
    return row?.name ?? id;
  }
}
