import {
  AccountState,
  type Event,
  type EventType,
  type ReportAccount,
  type ReportServer,
} from "@harness/protocol";
import type { EventLog } from "../events/index.ts";
import type { Tx } from "../storage/index.ts";
import { MAX_LINES, short, time, timeOrNull } from "./limits.ts";
import type { Scope } from "./task-rows.ts";

/** Starts of the server shown with their time. */
const MAX_STARTS = 20;
/** Events of one kind read for a report. */
const MAX_EVENTS = 5_000;

/** What happened to the accounts in a time, and how those that are not well stand now. */
export async function accountsOf(
  db: Tx,
  log: EventLog,
  scope: Scope,
): Promise<{ accounts: ReportAccount[]; cut: boolean }> {
  const events = await eventsIn(db, log, scope, ["account.parked", "account.stopped", "account.woken"]);
  const rows = await db
    .selectFrom("agent_accounts")
    .selectAll()
    .orderBy("name")
    .limit(MAX_LINES + 1)
    .execute();
  const accounts = new Map<string, ReportAccount>();
  for (const row of rows) {
    const state = AccountState.parse(row.state);
    accounts.set(row.name, {
      ...unharmed(row.name),
      state,
      message: short(row.message),
      since: time(row.since),
      until: timeOrNull(row.until),
      command: state === "stopped" ? row.fix : null,
    });
  }
  for (const { type, data } of events) {
    if (type !== "account.parked" && type !== "account.stopped" && type !== "account.woken") continue;
    const account = accounts.get(data.account) ?? unharmed(data.account);
    const counted = type === "account.parked" ? "parked" : type === "account.stopped" ? "stopped" : "woken";
    account[counted] += 1;
    if (account.message === "" && type !== "account.woken") account.message = short(data.message);
    accounts.set(data.account, account);
  }
  const told = [...accounts.values()].filter(
    ({ state, parked, stopped }) => state !== "ok" || parked + stopped > 0,
  );
  return { accounts: told.slice(0, MAX_LINES), cut: told.length > MAX_LINES };
}

function unharmed(account: string): ReportAccount {
  const nothing = { message: "", since: null, until: null, command: null };
  return { account, state: "ok", ...nothing, parked: 0, stopped: 0, woken: 0 };
}

/** Starts of the server in a time; one that no stop came before followed a crash. */
export async function serverOf(db: Tx, log: EventLog, scope: Scope): Promise<ReportServer> {
  const types: EventType[] = ["server.started", "server.stopped"];
  const events = await eventsIn(db, log, scope, types);
  const first = events[0]?.seq;
  const before = first === undefined ? 0 : await log.lastSeqOf({ types: ["server.started"] }, first - 1);
  const stopped = first === undefined ? 0 : await log.lastSeqOf({ types: ["server.stopped"] }, first - 1);
  let up = before > stopped;
  let crashes = 0;
  const starts: string[] = [];
  for (const event of events) {
    if (event.type === "server.started") {
      if (up) crashes += 1;
      starts.push(event.at);
    }
    up = event.type === "server.started";
  }
  return { starts: starts.length, crashes, started_at: starts.slice(-MAX_STARTS) };
}

/** Events of a few rare kinds in a time: found by their kind, between the numbers the log had at begin and end. */
async function eventsIn(db: Tx, log: EventLog, scope: Scope, types: readonly EventType[]): Promise<Event[]> {
  const from = await db
    .selectFrom("events")
    .select("seq")
    .where("at", ">=", scope.since)
    .orderBy("at")
    .orderBy("seq")
    .limit(1)
    .executeTakeFirst();
  const found: Event[] = [];
  for (let after = (from?.seq ?? log.headSeq + 1) - 1; found.length < MAX_EVENTS; ) {
    const page = await log.read({ afterSeq: after, filter: { types } });
    found.push(...page.filter((event) => Date.parse(event.at) <= scope.until));
    after = page.at(-1)?.seq ?? after;
    if (page.length < 500) break;
  }
  return found;
}
