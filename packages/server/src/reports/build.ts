import type { Report } from "@harness/protocol";
import type { EventLog } from "../events/index.ts";
import type { Tx } from "../storage/index.ts";
import { accountsOf, serverOf } from "./happenings.ts";
import { type LandingDeps, landingOrders } from "./landing.ts";
import { cutAt } from "./limits.ts";
import { type CapsOf, nightsOf, spendOf } from "./spend.ts";
import { failedLine, finishedLines, goingOnLine, needLine } from "./task-lines.ts";
import {
  countTasks,
  endedTasks,
  projectNames,
  queuedTasks,
  runningTasks,
  type Scope,
  waitingTasks,
} from "./task-rows.ts";

/** What a report is made from. */
export interface BuildDeps extends LandingDeps {
  readonly db: Tx;
  readonly log: EventLog;
  readonly capsOf: CapsOf;
}

/** What a report is called, and when and for what it is made. */
export interface ReportSpec extends Scope {
  readonly id: string;
  readonly now: number;
  readonly automatic: boolean;
  /** Aborted when trials of merges have taken long enough. */
  readonly signal: AbortSignal;
}

/** Reads everything a report tells from the tables and the log, and tries how the finished branches fit. */
export async function buildReport(deps: BuildDeps, spec: ReportSpec): Promise<Report> {
  const { db, log } = deps;
  const names = await projectNames(db);
  const finished = cutAt(await endedTasks(db, spec, ["done", "no_change"]));
  const failed = cutAt(await endedTasks(db, spec, ["failed", "budget_exhausted"]));
  const needs = cutAt(await waitingTasks(db, spec, true));
  const unfinished = [
    ...(await runningTasks(db, spec)),
    ...(await waitingTasks(db, spec, false)),
    ...(await queuedTasks(db, spec)),
  ];
  const goingOn = cutAt(unfinished);
  const spend = await spendOf(db, spec, names);
  const { accounts, cut: accountsCut } = await accountsOf(db, log, spec);
  const landing = await landingOrders(deps, db, spec);
  const next = new Map(
    landing.orders.flatMap(({ order }) => order.map((step) => [step.task_id, step.command])),
  );
  const inBase = new Set(landing.orders.flatMap((order) => order.already_in_base));
  const lines = await finishedLines(db, finished.rows, names);
  return {
    id: spec.id,
    since: new Date(spec.since).toISOString(),
    until: new Date(spec.until).toISOString(),
    created_at: new Date(spec.now).toISOString(),
    project_id: spec.project_id,
    project: spec.project_id === null ? null : (names.get(spec.project_id) ?? null),
    automatic: spec.automatic,
    counts: countsOf(await countTasks(db, spec), accounts.filter(({ state }) => state === "stopped").length),
    finished: lines.map((line) => ({
      ...line,
      command: inBase.has(line.task_id) ? null : line.command && (next.get(line.task_id) ?? line.command),
    })),
    needs_you: [
      ...needs.rows.map((task) => needLine(task, names, spec.now)),
      ...accounts.filter(({ state }) => state === "stopped").map((account) => stoppedLine(account, spec.now)),
    ],
    failed: failed.rows.map((task) => failedLine(task, names)),
    going_on: goingOn.rows.map((task) => goingOnLine(task, names)),
    spend: { total: spend.total, by: spend.by, nights: await nightsOf(db, spec, names, deps.capsOf) },
    accounts,
    server: await serverOf(db, log, spec),
    landing: landing.orders,
    cut: (
      [
        ["finished", finished.cut],
        ["needs_you", needs.cut],
        ["failed", failed.cut],
        ["going_on", goingOn.cut],
        ["spend", spend.cut],
        ["accounts", accountsCut],
        ["landing", landing.cut],
      ] as const
    ).flatMap(([name, cut]) => (cut ? [name] : [])),
  };
}

function stoppedLine(account: Report["accounts"][number], now: number): Report["needs_you"][number] {
  const since = account.since ?? new Date(now).toISOString();
  return {
    task_id: null,
    project_id: null,
    project: null,
    title: `account ${account.account}`,
    account: account.account,
    code: "account_stopped",
    reason: account.message,
    since,
    age_ms: Math.max(0, now - Date.parse(since)),
    expires_at: null,
    command: account.command,
  };
}

function countsOf(counts: ReadonlyMap<string, number>, stoppedAccounts: number): Report["counts"] {
  const of = (...statuses: string[]) => statuses.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0);
  return {
    finished: of("done", "no_change"),
    needs_you: of("person") + stoppedAccounts,
    failed: of("failed", "budget_exhausted"),
    running: of("triaging", "planning", "implementing", "validating", "reviewing", "publishing"),
    queued: of("queued"),
    waiting: Math.max(0, of("waiting") - of("person")),
    cancelled: of("cancelled"),
  };
}
