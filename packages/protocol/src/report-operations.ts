import { z } from "zod";
import { operation } from "./operation.ts";
import { Cursor, Limit, Page } from "./paging.ts";
import { ProjectKey } from "./project.ts";
import { Report } from "./report.ts";
import { ListedProblem, problemKinds } from "./report-problem.ts";
import { Timestamp } from "./words.ts";

const Time = z.iso.datetime({ offset: true }).optional();

/** A report with its page for people. */
const ReportPage = Report.extend({
  markdown: z.string().meta({ description: "The same on one page; text of others is escaped" }),
}).meta({ id: "ReportPage" });

/** The reports of what happened, and the list of what is wrong now. */
export const reportOperations = {
  "report/create": operation({
    summary:
      "Make the page of what happened: finished, needs you, failed, spend, conflicts and landing order",
    http: ["POST /reports"],
    status: 201,
    scope: "submit",
    mcp: true,
    cli: "report",
    params: () =>
      z.strictObject({
        since: Time.meta({
          description:
            "From when (RFC 3339); unless told, the begin of the night (night.starts_at) that had lasted six hours",
        }),
        until: Time.meta({ description: "Up to when; now unless told" }),
        project: ProjectKey.optional(),
      }),
    result: () => ReportPage,
    errors: ["project_not_found"],
  }),
  "report/get": operation({
    summary: "One report as it was made; latest names the newest",
    http: ["GET /reports/{report_id}"],
    scope: "read",
    mcp: true,
    params: () =>
      z.strictObject({
        report_id: z
          .string()
          .regex(/^(latest|rpt_[0-9A-HJKMNP-TV-Z]{26})$/, "expected a report id or latest"),
      }),
    result: () => ReportPage,
    errors: ["report_not_found"],
  }),
  "report/list": operation({
    summary: "Reports, newest first",
    http: ["GET /reports"],
    scope: "read",
    mcp: false,
    cli: "reports",
    params: () => z.strictObject({ limit: Limit, cursor: Cursor }),
    result: () =>
      z.object({
        data: z.array(
          z.object({
            id: z.string(),
            since: Timestamp,
            until: Timestamp,
            automatic: z.boolean(),
            created_at: Timestamp,
          }),
        ),
        page: Page,
      }),
    errors: ["invalid_cursor"],
  }),
  "problem/list": operation({
    summary: "What is wrong now: waiting for you, over budget, looping, no progress, stalled, parked",
    http: ["GET /problems"],
    scope: "read",
    mcp: true,
    cli: "problems",
    params: () =>
      z.strictObject({
        kind: z.array(z.enum(problemKinds)).max(problemKinds.length).optional(),
        project: ProjectKey.optional(),
        limit: Limit,
        cursor: Cursor,
      }),
    result: () =>
      z.object({
        data: z.array(ListedProblem),
        page: Page,
        cut: z
          .boolean()
          .meta({ description: "True when there are more problems than are looked at at once" }),
      }),
    errors: ["invalid_cursor", "project_not_found"],
  }),
} as const;
