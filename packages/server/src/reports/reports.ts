import { type Clock, HarnessError, type NewId, Report } from "@harness/protocol";
import type { EventLog } from "../events/index.ts";
import { decodeCursor, type PageInfo, type Storage, type Tx, toPage } from "../storage/index.ts";
import { TrialMerges } from "../workspaces/index.ts";
import { buildReport } from "./build.ts";
import type { LandingDeps } from "./landing.ts";
import { reportMarkdown } from "./markdown.ts";
import type { CapsOf } from "./spend.ts";

/** A night this young (milliseconds) is hardly told of yet: a report that names no begin tells of the one before too. */
const YOUNG_MS = 6 * 3_600_000;
/** Trials of merges take no longer than this in one report (milliseconds). */
const TRIALS_MS = 60_000;
/** Reports that are kept; older ones go when a new one is made. */
const MAX_KEPT = 1_000;
const REPORT_ID = /^rpt_[0-9A-HJKMNP-TV-Z]{26}$/;

/** What reports are made with. */
export interface ReportsDeps extends LandingDeps {
  readonly storage: Storage;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly capsOf: CapsOf;
  /** The night a moment lies in (epoch milliseconds). */
  readonly nightAt: (moment: number) => { readonly begins: number };
}

/** A report with its page. */
export type ReportPage = Report & { readonly markdown: string };

/** One line of the list of reports. */
export interface ReportEntry {
  readonly id: string;
  readonly since: string;
  readonly until: string;
  readonly automatic: boolean;
  readonly created_at: string;
}

/** Makes reports, keeps them as they were made, and finds them again. */
export class Reports {
  readonly #deps: ReportsDeps;

  constructor(deps: ReportsDeps) {
    this.#deps = deps;
  }

  /**
   * Makes a report of a stretch of time that ends now, unless told otherwise, and begins with the night. Throws
   * `invalid_params` when it would end in the future or before it begins.
   */
  async create(spec: {
    readonly since?: number | undefined;
    readonly until?: number | undefined;
    readonly project_id?: string | null;
    readonly automatic?: boolean;
    readonly actor: string;
    readonly signal?: AbortSignal;
  }): Promise<ReportPage> {
    const { clock, newId, storage, log } = this.#deps;
    const now = clock.now();
    const until = spec.until ?? now;
    const since = spec.since ?? this.#deps.nightAt(until - YOUNG_MS).begins;
    if (until > now) throw refused("until", `It lies in the future: it is ${new Date(now).toISOString()}.`);
    if (since >= until) throw refused("since", "It is not before the end of the report.");
    const time = AbortSignal.timeout(TRIALS_MS);
    const report = await buildReport(
      { ...this.#deps, db: storage.reader },
      {
        id: newId("report"),
        since,
        until,
        now,
        project_id: spec.project_id ?? null,
        automatic: spec.automatic ?? false,
        signal: spec.signal ? AbortSignal.any([time, spec.signal]) : time,
      },
    );
    // Whoever stopped it wants no page that tells half: it is made again when the server is back.
    spec.signal?.throwIfAborted();
    await log.write(async (tx) => {
      await tx.db
        .insertInto("reports")
        .values({
          id: report.id,
          since,
          until,
          automatic: report.automatic ? 1 : 0,
          data: JSON.stringify(report),
          created_at: now,
        })
        .execute();
      await forgetOld(tx.db);
      await tx.append({
        type: "report.created",
        actor: spec.actor,
        ...(report.project_id === null ? {} : { project_id: report.project_id }),
        data: { report_id: report.id, since: report.since, until: report.until },
      });
    });
    return withPage(report);
  }

  /** A report as it was made, or the newest one. Throws `report_not_found`. */
  async get(id: string): Promise<ReportPage> {
    let query = this.#deps.storage.reader.selectFrom("reports").select("data");
    query = id === "latest" ? query.orderBy("id", "desc").limit(1) : query.where("id", "=", id);
    const row = await query.executeTakeFirst();
    if (row) return withPage(Report.parse(JSON.parse(row.data)));
    throw new HarnessError(
      "report_not_found",
      id === "latest" ? "There is no report yet. Make one with: harness report" : `There is no report ${id}.`,
      { field: "report_id", got: id },
    );
  }

  /** One page of the reports, newest first. */
  async list(page: {
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<{ data: ReportEntry[]; page: PageInfo }> {
    let query = this.#deps.storage.reader
      .selectFrom("reports")
      .select(["id", "since", "until", "automatic", "created_at"]);
    if (page.cursor !== undefined) query = query.where("id", "<", decodeCursor(page.cursor, REPORT_ID));
    const rows = await query
      .orderBy("id", "desc")
      .limit(page.limit + 1)
      .execute();
    const cut = toPage(rows, page.limit, (row) => row.id);
    const data = cut.rows.map((row) => ({
      id: row.id,
      since: new Date(row.since).toISOString(),
      until: new Date(row.until).toISOString(),
      automatic: row.automatic === 1,
      created_at: new Date(row.created_at).toISOString(),
    }));
    return { data, page: cut.page };
  }

  /** Removes what a server that died while it made a report left. To be called before the first report. */
  sweep(): Promise<void> {
    return TrialMerges.sweep(this.#deps.dataDir);
  }

  /** When the newest report the clock asked for ended (epoch milliseconds); undefined when there is none. */
  async lastAutomatic(): Promise<number | undefined> {
    const row = await this.#deps.storage.reader
      .selectFrom("reports")
      .select((eb) => eb.fn.max("until").as("until"))
      .where("automatic", "=", 1)
      .executeTakeFirst();
    return row?.until ?? undefined;
  }

  /** When the first task was submitted: before that there is nothing to report. */
  async firstTask(): Promise<number | undefined> {
    const row = await this.#deps.storage.reader
      .selectFrom("tasks")
      .select("created_at")
      .orderBy("id")
      .limit(1)
      .executeTakeFirst();
    return row?.created_at;
  }
}

async function forgetOld(db: Tx): Promise<void> {
  const oldest = await db
    .selectFrom("reports")
    .select("id")
    .orderBy("id", "desc")
    .offset(MAX_KEPT)
    .limit(1)
    .executeTakeFirst();
  if (oldest) await db.deleteFrom("reports").where("id", "<=", oldest.id).execute();
}

function withPage(report: Report): ReportPage {
  return { ...report, markdown: reportMarkdown(report) };
}

function refused(field: string, message: string): HarnessError {
  return new HarnessError("invalid_params", `${field}: ${message}`, { field });
}
