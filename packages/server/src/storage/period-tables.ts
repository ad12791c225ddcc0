const columns = `turn_id, night, started_at, ended_at, project_id, task_id, thread_id, agent, model, asked_model, account, stage, role,
  input_tokens, cached_tokens, output_tokens, cost_microusd, cost_source, cut_short, wall_ms`;

/**
 * Files what turns used under days of the calendar besides nights, so that budgets over days, weeks and months are
 * exact, and keeps until when an attempt ran. A table of SQLite gets another key only by being made anew.
 */
export const periodTables = [
  `create table ledger_by_day (turn_id text not null, night bigint not null, calendar_day bigint not null, started_at bigint not null,
     ended_at bigint, project_id text not null, task_id text, thread_id text not null, agent text not null, model text, asked_model text,
     account text not null, stage text, role text not null, input_tokens bigint, cached_tokens bigint, output_tokens bigint,
     cost_microusd bigint, cost_source text, cut_short integer not null, wall_ms bigint not null,
     primary key (turn_id, night, calendar_day))`,
  `insert into ledger_by_day (calendar_day, ${columns})
     select case when started_at > night then started_at else night end, ${columns} from ledger`,
  "drop table ledger",
  "alter table ledger_by_day rename to ledger",
  "create index ledger_night on ledger (night, turn_id)",
  "create index ledger_ended on ledger (ended_at)",
  "create index ledger_day on ledger (calendar_day)",
  ...["project", "task", "agent", "model", "account", "stage"].map((name) => {
    const column = ["project", "task"].includes(name) ? `${name}_id` : name;
    return `create index ledger_${name} on ledger (${column}, turn_id)`;
  }),
  ...["project_id", "agent", "account", "model", "asked_model"].map(
    (column) => `create index ledger_${column}_day on ledger (${column}, calendar_day)`,
  ),
  "alter table attempts add column ran_until bigint",
  "create index attempts_started on attempts (started_at)",
  "create index attempts_ended on attempts (ended_at) where ended_at is not null",
];
