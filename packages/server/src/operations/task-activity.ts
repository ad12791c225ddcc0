import {
  Item,
  type Result,
  Role,
  runningStatuses,
  StageName,
  type TaskActivity,
  TaskStatus,
  TurnStatus,
} from "@harness/protocol";
import { sql } from "kysely";
import { z } from "zod";
import { decodeCursor, type Tx, toPage } from "../storage/index.ts";
import { TaskLimits } from "../tasks/index.ts";

/** Characters of a text that are shown. */
const SHOWN = 200;
const TASK_ID = /^task_[0-9A-HJKMNP-TV-Z]{26}$/;

/** One task with its newest turn, the newest finished item of that, and what was begun after it. */
interface Row {
  id: string;
  project_id: string;
  status: string;
  stage: string | null;
  attempts: number;
  turns: number;
  settings: string;
  progress_at: number | null;
  turn_id: string | null;
  thread_id: string | null;
  role: string | null;
  agent: string | null;
  model: string | null;
  turn_status: string | null;
  started_at: number | null;
  item_seq: number | null;
  item_at: number | null;
  item: string | null;
  begun_seq: number | null;
  begun_at: number | null;
  begun: string | null;
}

const Begun = z.object({ item: Item });

/**
 * What the tasks that run or wait do now, the newest task first. One statement: of each task the newest row of three
 * indexes, whatever is in the tables beside.
 */
export async function taskActivity(
  db: Tx,
  wish: {
    readonly projectIds: readonly string[] | undefined;
    readonly limit: number;
    readonly cursor: string | undefined;
  },
): Promise<Pick<Result<"task/activity">, "data" | "page">> {
  const before = wish.cursor === undefined ? undefined : decodeCursor(wish.cursor, TASK_ID);
  const { rows } = await sql<Row>`
    select t.id, t.project_id, t.status, t.stage, t.attempts, t.turns, t.settings, t.progress_at,
      u.id as turn_id, u.thread_id, u.role, u.agent, u.model, u.status as turn_status, u.started_at,
      i.seq as item_seq, i.at as item_at, i.data as item, e.seq as begun_seq, e.at as begun_at, e.data as begun
    from (
      select * from tasks where status in (${sql.join([...runningStatuses, "waiting"])})
        ${before === undefined ? sql`` : sql`and id < ${before}`}
        ${wish.projectIds === undefined ? sql`` : sql`and project_id in (${sql.join(["", ...wish.projectIds])})`}
      order by id desc limit ${wish.limit + 1}
    ) t
    left join turns u on u.id = (select x.id from turns x where x.task_id = t.id order by x.id desc limit 1)
    left join items i on i.thread_id = u.thread_id
      and i.seq = (select y.seq from items y where y.turn_id = u.id order by y.seq desc limit 1)
    left join events e on u.status = 'running' and e.seq = (
      select z.seq from events z where z.task_id = t.id and z.turn_id = u.id and z.type = 'item.started'
        and z.seq > coalesce((select w.seq from items w where w.thread_id = u.thread_id order by w.seq desc limit 1), 0)
      order by z.seq desc limit 1)
    order by t.id desc`.execute(db);
  const cut = toPage(rows, wish.limit, (row) => row.id);
  return { data: cut.rows.map(present), page: cut.page };
}

function present(row: Row): TaskActivity {
  return {
    task_id: row.id,
    project_id: row.project_id,
    status: TaskStatus.parse(row.status),
    stage: StageName.nullable().parse(row.stage),
    attempt: row.attempts,
    turn: turnOf(row),
    turns: row.turns,
    max_turns: TaskLimits.parse(JSON.parse(row.settings)).max_turns,
    item: itemOf(row),
    progress_at: row.progress_at === null ? null : new Date(row.progress_at).toISOString(),
  };
}

function turnOf({ turn_id, thread_id, agent, model, started_at, ...row }: Row): TaskActivity["turn"] {
  if (turn_id === null || thread_id === null || agent === null || started_at === null) return null;
  return {
    id: turn_id,
    thread_id,
    role: Role.parse(row.role),
    agent,
    model,
    status: TurnStatus.parse(row.turn_status),
    started_at: new Date(started_at).toISOString(),
  };
}

/** What was begun after the newest finished item is newer than it. */
function itemOf(row: Row): TaskActivity["item"] {
  if (row.begun !== null && row.begun_seq !== null && row.begun_at !== null) {
    const { item } = Begun.parse(JSON.parse(row.begun));
    return lineOf(item, { seq: row.begun_seq, at: row.begun_at, state: "started" });
  }
  if (row.item === null || row.item_seq === null || row.item_at === null) return null;
  const item = Item.parse(JSON.parse(row.item));
  return lineOf(item, { seq: row.item_seq, at: row.item_at, state: "finished" });
}

function lineOf(
  item: Item,
  { seq, at, state }: { seq: number; at: number; state: "started" | "finished" },
): TaskActivity["item"] {
  return {
    seq,
    at: new Date(at).toISOString(),
    state,
    kind: item.kind,
    name: item.name ?? null,
    text: beginOf(item.text),
    command: beginOf(item.command),
    path: item.path ?? null,
    exit_code: item.exit_code ?? null,
  };
}

function beginOf(text: string | undefined): string | null {
  return text === undefined ? null : text.slice(0, SHOWN).toWellFormed();
}
