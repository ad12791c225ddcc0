import { z } from "zod";
import { CostGroup, CostRow, CostSum } from "./cost.ts";
import { operation } from "./operation.ts";
import { Cursor, Limit, Page } from "./paging.ts";
import { ProjectKey } from "./project.ts";
import { StageName } from "./words.ts";

const Time = z.iso.datetime({ offset: true }).optional();
const Name = z.string().min(1).max(200).optional();

/** What the ledger may be narrowed to. */
const filter = {
  since: Time.meta({ description: "Only nights that begin then or later (RFC 3339)" }),
  until: Time.meta({ description: "Only nights that begin before" }),
  project: ProjectKey.optional(),
  task_id: Name,
  thread_id: Name,
  agent: Name,
  model: Name,
  account: Name,
  stage: StageName.optional(),
};

/** The ledger: what every turn of tasks and conversations used. */
export const costOperations = {
  "cost/sum": operation({
    summary: "What was used, added up by day, project, agent, model, account, stage, role or task",
    http: ["GET /costs"],
    scope: "read",
    mcp: true,
    cli: "cost",
    params: () =>
      z.strictObject({
        by: CostGroup.optional().meta({ description: "day unless told" }),
        ...filter,
        limit: Limit,
        cursor: Cursor,
      }),
    result: () => z.object({ data: z.array(CostSum), page: Page }),
    errors: ["project_not_found", "invalid_cursor"],
  }),
  "cost/list": operation({
    summary: "The lines of the ledger, one for each turn, newest first",
    http: ["GET /costs/turns"],
    scope: "read",
    mcp: false,
    cli: "costs",
    params: () => z.strictObject({ ...filter, limit: Limit, cursor: Cursor }),
    result: () => z.object({ data: z.array(CostRow), page: Page }),
    errors: ["project_not_found", "invalid_cursor"],
  }),
} as const;
