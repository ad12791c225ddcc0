/** What one turn used in one night and day. Unknown is null, never 0. */
export interface LedgerTable {
  turn_id: string;
  /** When the night began. */
  night: number;
  /** When the day of the calendar began, in the zone of the night; of older versions, when in it the turn began. */
  calendar_day: number;
  started_at: number;
  ended_at: number | null;
  project_id: string;
  task_id: string | null;
  thread_id: string;
  agent: string;
  /** The model the agent said it uses, else the one asked for. */
  model: string | null;
  asked_model: string | null;
  account: string;
  /** The stage of its task when it began. */
  stage: string | null;
  role: string;
  input_tokens: number | null;
  /** The part of the input that was read from the provider's cache. */
  cached_tokens: number | null;
  output_tokens: number | null;
  cost_microusd: number | null;
  /** `vendor`, `price_table`, or `none` when nothing ran; null when nobody knows the cost. */
  cost_source: string | null;
  /** 1 when its process died: it may have used more than stands here. */
  cut_short: number;
  wall_ms: number;
}

/** What was told of a budget in a period, so that it is told once. */
export interface BudgetMarksTable {
  budget: string;
  period: number;
  mark: string;
  at: number;
}

/** Makes the tables above, takes over what nights had marked, and lets accounts rest after failures. */
export const ledgerTables = [
  `create table ledger (turn_id text not null, night bigint not null, started_at bigint not null, ended_at bigint,
     project_id text not null, task_id text, thread_id text not null, agent text not null, model text, asked_model text,
     account text not null, stage text, role text not null, input_tokens bigint, cached_tokens bigint, output_tokens bigint,
     cost_microusd bigint, cost_source text, cut_short integer not null, wall_ms bigint not null, primary key (turn_id, night))`,
  "create index ledger_night on ledger (night, turn_id)",
  "create index ledger_ended on ledger (ended_at)",
  "create index ledger_project on ledger (project_id, turn_id)",
  "create index ledger_task on ledger (task_id, turn_id)",
  "create index ledger_agent on ledger (agent, turn_id)",
  "create index ledger_model on ledger (model, turn_id)",
  "create index ledger_account on ledger (account, turn_id)",
  "create index ledger_stage on ledger (stage, turn_id)",
  `create table budget_marks (budget text not null, period bigint not null, mark text not null, at bigint not null,
     primary key (budget, period, mark))`,
  `insert into budget_marks (budget, period, mark, at)
     select case when scope = 'night' then 'night' else 'project:' || scope end, night, '100', reached_at
     from spending where reached_at is not null`,
  "alter table spending drop column reached_at",
  "alter table agent_accounts add column cause text",
  "alter table agent_accounts add column failures integer",
  "alter table agent_accounts add column first_failure_at bigint",
  "alter table agent_accounts add column half_open integer",
  "alter table agent_accounts add column probe_turn text",
];
