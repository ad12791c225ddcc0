/** The plan of a task; a later one replaces it. */
export interface TaskPlansTable {
  task_id: string;
  attempt_id: string;
  plan: string;
  created_at: number;
}

/** One round of work on one module: what it changed is the commit, what it was worth the two figures. */
export interface ModuleIterationsTable {
  task_id: string;
  attempt_id: string;
  round: number;
  commit_sha: string;
  /** Empty when what changed belongs to no module. */
  module: string;
  /** Counted per module, from 1. */
  iteration: number;
  state: string;
  test_pass_rate: number | null;
  quality_score: number | null;
  created_at: number;
}

/** What a person said to work that was going on. */
export interface InterventionsTable {
  task_id: string;
  number: number;
  guidance: string;
  actor: string;
  created_at: number;
  delivered: string | null;
  delivered_at: number | null;
}

/** The names clients of seed 2 gave to conversations. */
export interface SessionNamesTable {
  name: string;
  thread_id: string;
}

/** Makes the tables above. */
export const workTables = [
  `create table task_plans (task_id text primary key, attempt_id text not null, plan text not null, created_at bigint not null)`,
  `create table module_iterations (task_id text not null, attempt_id text not null, round integer not null, commit_sha text not null,
     module text not null, iteration integer not null, state text not null, test_pass_rate double precision,
     quality_score double precision, created_at bigint not null, primary key (task_id, commit_sha, module))`,
  `create table interventions (task_id text not null, number integer not null, guidance text not null, actor text not null,
     created_at bigint not null, delivered text, delivered_at bigint, primary key (task_id, number))`,
  "create table session_names (name text primary key, thread_id text not null)",
  "create index session_names_thread on session_names (thread_id)",
];
