import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { backfillLedger } from "./backfill-ledger.ts";
import { backfillWords, boardTables } from "./board-tables.ts";
import { keptDaysTables } from "./kept-days.ts";
import { ledgerTables } from "./ledger-tables.ts";
import { periodTables } from "./period-tables.ts";
import { policyTables } from "./policy-tables.ts";
import { seriesTables } from "./series-tables.ts";
import { workTables } from "./work-tables.ts";

/** A migration of either dialect. The list only grows; a released entry never changes. */
export const migrations: Record<string, Migration> = {
  "0001_core": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of core) await sql.raw(statement).execute(db);
    },
  },
  "0002_overnight": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of overnight) await sql.raw(statement).execute(db);
    },
  },
  "0003_threads": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of threads) await sql.raw(statement).execute(db);
    },
  },
  "0004_tokens": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of tokens) await sql.raw(statement).execute(db);
    },
  },
  "0005_work": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of workTables) await sql.raw(statement).execute(db);
    },
  },
  "0006_policy": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of policyTables) await sql.raw(statement).execute(db);
    },
  },
  "0007_conversations": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of conversations) await sql.raw(statement).execute(db);
    },
  },
  "0008_sandbox": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of sandbox) await sql.raw(statement).execute(db);
    },
  },
  "0009_ledger": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of ledgerTables) await sql.raw(statement).execute(db);
      await backfillLedger(db);
    },
  },
  "0010_periods": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of periodTables) await sql.raw(statement).execute(db);
    },
  },
  "0011_board": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of boardTables) await sql.raw(statement).execute(db);
      await backfillWords(db);
    },
  },
  "0012_series": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of seriesTables) await sql.raw(statement).execute(db);
    },
  },
  "0013_kept_days": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of keptDaysTables) await sql.raw(statement).execute(db);
    },
  },
  "0014_turn_timings": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of turnTimings) await sql.raw(statement).execute(db);
    },
  },
};

const core = [
  "create table counters (name text primary key, value bigint not null)",
  "insert into counters (name, value) values ('seq', 0)",
  `create table events (seq bigint primary key, at bigint not null, type text not null, project_id text, task_id text,
     thread_id text, turn_id text, actor text not null, data text not null)`,
  "create index events_task on events (task_id, seq)",
  "create index events_project on events (project_id, seq)",
  "create index events_type on events (type, seq)",
  "create index events_at on events (at)",

  `create table projects (id text primary key, name text not null unique, root text not null unique, active integer not null,
     is_default integer not null, max_concurrent integer not null, settings text not null, file_sha256 text, file_text text, approved_sha256 text,
     created_at bigint not null, updated_at bigint not null)`,
  "create table task_counters (project_id text not null, status text not null, n bigint not null, primary key (project_id, status))",
  "create table dispatch_turns (project_id text primary key, turn bigint not null)",

  `create table tasks (id text primary key, project_id text not null, title text not null, kind text not null, status text not null,
     stage text, block_reason text, request text not null, settings text not null, priority integer not null, queued_at bigint not null,
     not_before bigint, pending_dependencies integer not null, agent text not null, model text, source text not null, external_id text,
     parent_task_id text, base_branch text not null, base_sha text, head_sha text, changes text, branch text, attempts integer not null,
     tries integer not null, inherit_from integer not null, fence integer not null, current_attempt_id text, evidence text not null, review text not null,
     accepted text not null, extra_rounds integer not null, grade text, input_tokens bigint not null, output_tokens bigint not null,
     cached_tokens bigint not null, turns integer not null, cost_usd double precision not null, cost_unknown integer not null, sandbox text, error text,
     created_at bigint not null, updated_at bigint not null, started_at bigint, finished_at bigint, heartbeat_at bigint, progress_at bigint)`,
  "create index tasks_status on tasks (status, id)",
  "create index tasks_project on tasks (project_id, id)",
  "create index tasks_project_status on tasks (project_id, status, id)",
  "create index tasks_source on tasks (source, id)",
  "create index tasks_queue on tasks (project_id, priority, queued_at) where status = 'queued'",
  "create index tasks_running on tasks (project_id) where current_attempt_id is not null",
  "create index tasks_waiting on tasks (id) where status = 'waiting'",
  "create index tasks_timer on tasks (not_before) where not_before is not null",
  "create table task_dependencies (task_id text not null, depends_on text not null, primary key (task_id, depends_on))",
  "create index task_dependencies_reverse on task_dependencies (depends_on, task_id)",
  "create table task_labels (task_id text not null, label text not null, primary key (label, task_id))",
  "create index task_labels_task on task_labels (task_id)",

  `create table attempts (id text primary key, task_id text not null, number integer not null, fence integer not null, status text not null,
     reason text, workspace text, owner text not null, started_at bigint not null, ended_at bigint)`,
  "create unique index attempts_task on attempts (task_id, number)",
  "create index attempts_running on attempts (id) where status = 'running'",
  `create table stages (attempt_id text not null, task_id text not null, stage text not null, round integer not null, outcome text,
     detail text, result text, started_at bigint not null, ended_at bigint, primary key (attempt_id, stage, round))`,
  "create index stages_task on stages (task_id, started_at)",
  `create table effects (key text primary key, task_id text not null, kind text not null, intent text not null, state text not null,
     result text, created_at bigint not null, updated_at bigint not null)`,
  "create index effects_task on effects (task_id)",
  `create table idempotency_keys (key text not null, operation text not null, request_sha256 text not null, result text not null,
     created_at bigint not null, primary key (operation, key))`,
  "create index idempotency_keys_age on idempotency_keys (created_at)",

  `create table threads (id text primary key, task_id text not null, role text not null, agent text not null, model text, session_id text,
     created_at bigint not null)`,
  "create index threads_task on threads (task_id, id)",
  `create table turns (id text primary key, thread_id text not null, task_id text not null, attempt_id text not null, role text not null,
     round integer not null, agent text not null, model text, status text not null, failure text, usage text, started_at bigint not null,
     ended_at bigint)`,
  "create index turns_task on turns (task_id, id)",
  "create index turns_running on turns (id) where status = 'running'",
  `create table prompts (id text primary key, task_id text not null, turn_id text not null, turn integer not null, phase text not null,
     round integer not null, prompt text not null, created_at bigint not null)`,
  "create index prompts_task on prompts (task_id, id)",
  `create table artifacts (id text primary key, task_id text not null, turn integer not null, artifact_type text not null,
     content text not null, created_at bigint not null)`,
  "create index artifacts_task on artifacts (task_id, id)",

  `create table evidence (id text primary key, task_id text not null, attempt_id text not null, round integer not null,
     commit_sha text not null, name text not null, command text not null, passed integer not null, exit_code integer, reason text not null,
     duration_ms bigint not null, counts text, output_sha256 text not null, output_bytes bigint not null, output text not null,
     sandbox text not null, created_at bigint not null)`,
  "create index evidence_task on evidence (task_id, id)",
  `create table reviews (id text primary key, task_id text not null, attempt_id text not null, round integer not null,
     commit_sha text not null, verdict text not null, agent text not null, model text, independent integer not null, summary text not null,
     findings text not null, created_at bigint not null)`,
  "create index reviews_task on reviews (task_id, id)",
];

const overnight = [
  "alter table tasks add column wall_ms bigint not null default 0",
  "alter table tasks add column progress text",
  "alter table tasks add column redeliveries integer not null default 0",
  "alter table tasks add column list_id text",
  "alter table tasks add column wait_expires_at bigint",
  "alter table tasks add column wait_account text",
  "alter table tasks add column wait_cause text",
  "alter table tasks add column revisions integer not null default 0",
  "alter table tasks add column landed text",
  "alter table tasks add column discarded_at bigint",
  "create index tasks_wait_expiry on tasks (wait_expires_at) where wait_expires_at is not null",
  "create index tasks_wait_account on tasks (wait_account) where wait_account is not null",
  "create index tasks_list on tasks (list_id) where list_id is not null",
  "create index tasks_finished on tasks (finished_at) where finished_at is not null",
  "create index tasks_to_land on tasks (project_id, id) where status = 'done' and landed is null and discarded_at is null",
  "create index turns_ended on turns (ended_at) where ended_at is not null",

  `create table spending (night bigint not null, scope text not null, input_tokens bigint not null, output_tokens bigint not null,
     cost_usd double precision not null, cost_unknown integer not null, wall_ms bigint not null, turns bigint not null,
     attempts bigint not null, reached_at bigint, primary key (night, scope))`,
  `create table agent_accounts (name text primary key, state text not null, message text not null, fix text, since bigint not null,
     until bigint, wake_at bigint, parks integer not null, login_mark text)`,
  `create table task_revisions (task_id text not null, number integer not null, text text not null, actor text not null,
     created_at bigint not null, primary key (task_id, number))`,
  `create table notifications (id text primary key, dedupe_key text not null, channel text not null, kind text not null,
     project_id text, project text, task_id text, title text not null, body text not null, commands text not null, state text not null,
     link text not null, batch_id text, tries integer not null, error text, not_before bigint not null, created_at bigint not null, sent_at bigint)`,
  "create unique index notifications_once on notifications (channel, dedupe_key)",
  "create index notifications_pending on notifications (channel, not_before) where state = 'pending'",
  "create table notification_cursor (id integer primary key, seq bigint not null)",
  "create index notifications_age on notifications (created_at)",
  `create table reports (id text primary key, since bigint not null, until bigint not null, automatic integer not null,
     data text not null, created_at bigint not null)`,
  "create index reports_automatic on reports (until) where automatic = 1",
];

/** Threads that belong to no task: a column that must be filled cannot be loosened on SQLite, so the tables are made anew. */
const threads = [
  "alter table threads rename to threads_before",
  `create table threads (id text primary key, project_id text not null, task_id text, role text not null, agent text not null,
     model text, session_id text, title text not null, status text not null, base_branch text, base_sha text, head_sha text,
     approvals text not null, forked_from text, context text, fork_session text, usage text not null, turns integer not null,
     created_at bigint not null, updated_at bigint not null)`,
  `insert into threads select b.id, t.project_id, b.task_id, b.role, b.agent, b.model, b.session_id, t.title, 'idle', t.base_branch,
     t.base_sha, null, '{}', null, null, null,
     '{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"total_tokens":0,"cost_usd":null}',
     (select count(*) from turns u where u.thread_id = b.id), b.created_at, b.created_at
     from threads_before b join tasks t on t.id = b.task_id`,
  "drop table threads_before",
  "create index threads_task on threads (task_id, id)",
  "create index threads_project on threads (project_id, id)",
  "create index threads_busy on threads (id) where status <> 'idle'",
  "alter table turns rename to turns_before",
  `create table turns (id text primary key, thread_id text not null, task_id text, attempt_id text, role text not null,
     round integer not null, agent text not null, model text, status text not null, failure text, usage text, purpose text, input text,
     commit_sha text, rolled_back integer not null, started_at bigint not null, ended_at bigint)`,
  `insert into turns select id, thread_id, task_id, attempt_id, role, round, agent, model, status, failure, usage, null, null, null, 0,
     started_at, ended_at from turns_before`,
  "drop table turns_before",
  "create index turns_task_id on turns (task_id, id)",
  "create index turns_thread on turns (thread_id, id)",
  "create index turns_attempt on turns (attempt_id)",
  "create index turns_open on turns (id) where status in ('running', 'waiting')",
  "create index turns_ended_at on turns (ended_at) where ended_at is not null",
  `create table items (thread_id text not null, seq bigint not null, turn_id text not null, kind text not null, data text not null,
     at bigint not null, primary key (thread_id, seq))`,
  "create index events_thread on events (thread_id, seq) where thread_id is not null",
  "create index items_turn on items (turn_id, seq)",
  "create table inputs (id text primary key, thread_id text not null, text text not null, actor text not null, created_at bigint not null)",
  "create index inputs_thread on inputs (thread_id, id)",
  `create table approvals (id text primary key, project_id text not null, thread_id text not null, turn_id text not null, task_id text,
     attempt_id text, agent text not null, kind text not null, tool text not null, summary text not null, command text, paths text not null,
     input text, questions text not null, action_hash text not null, why text not null, status text not null, scope text, reason text,
     answers text, decided_by text, on_expiry text not null, expires_at bigint, created_at bigint not null, decided_at bigint,
     consumed_at bigint)`,
  "create index approvals_status on approvals (status, id)",
  "create index approvals_thread on approvals (thread_id, id)",
  "create index approvals_task on approvals (task_id, id)",
  "create index approvals_hash on approvals (action_hash, id)",
  "create index approvals_turn on approvals (turn_id)",
  "create index approvals_expiry on approvals (expires_at) where status = 'pending' and expires_at is not null",
  `create table approval_rules (id text primary key, project_id text not null, kind text not null, tool text not null, command text,
     paths text not null, match_hash text not null, approval_id text not null, created_by text not null, created_at bigint not null,
     hits bigint not null)`,
  "create unique index approval_rules_match on approval_rules (project_id, match_hash)",
];

const tokens = [
  `create table tokens (id text primary key, name text not null, sha256 text not null unique, scopes text not null,
     created_at bigint not null, expires_at bigint, revoked_at bigint)`,
  "create index tokens_name on tokens (name)",
];

/** How conversations are answered, and where they are published. */
const conversations = [
  "alter table threads add column execution_strategy text",
  "alter table turns add column strategy text",
  "alter table inputs add column execution_strategy text",
  `create table publications (thread_id text not null, commit_sha text not null, branch text not null, published_as text,
     created_at bigint not null, published_at bigint, primary key (thread_id, commit_sha, branch))`,
];

const turnTimings = [
  `create table turn_timings (turn_id text primary key, thread_id text not null, prompt_at bigint not null, agent_at bigint,
     first_output_at bigint, exit_code integer)`,
  "create index turn_timings_thread on turn_timings (thread_id)",
];

/** Unconfined is a profile like the others since then: `danger-full-access`. */
const sandbox = [
  "alter table attempts add column sandbox text",
  "alter table threads add column sandbox text",
  `update tasks set sandbox = replace(sandbox, '"profile":"none"', '"profile":"danger-full-access"') where sandbox is not null`,
  `update events set data = replace(data, '"profile":"none"', '"profile":"danger-full-access"') where type = 'workspace.opened'`,
];
