import type { TaskWordsTable } from "./board-tables.ts";
import type { KeptDaysTable } from "./kept-days.ts";
import type { BudgetMarksTable, LedgerTable } from "./ledger-tables.ts";
import type { RuleHitsTable } from "./policy-tables.ts";
import type {
  AttemptsTable,
  DispatchTurnsTable,
  EffectsTable,
  IdempotencyKeysTable,
  StagesTable,
  TaskCountersTable,
  TaskDependenciesTable,
  TaskLabelsTable,
  TaskRevisionsTable,
  TasksTable,
} from "./task-tables.ts";
import type {
  ApprovalRulesTable,
  ApprovalsTable,
  InputsTable,
  ItemsTable,
  PublicationsTable,
  ThreadsTable,
  TurnsTable,
  TurnTimingsTable,
} from "./thread-tables.ts";
import type {
  InterventionsTable,
  ModuleIterationsTable,
  SessionNamesTable,
  TaskPlansTable,
} from "./work-tables.ts";

/**
 * The tables, one type each. Times are epoch milliseconds, structured values are JSON text (parsed by the owner's
 * zod schema on the way out), flags are 0 or 1: the same on SQLite and Postgres. Each table is written by one folder.
 */
export interface Database {
  counters: CountersTable;
  kept_days: KeptDaysTable;
  events: EventsTable;
  projects: ProjectsTable;
  task_counters: TaskCountersTable;
  dispatch_turns: DispatchTurnsTable;
  tasks: TasksTable;
  task_dependencies: TaskDependenciesTable;
  task_labels: TaskLabelsTable;
  task_words: TaskWordsTable;
  attempts: AttemptsTable;
  stages: StagesTable;
  effects: EffectsTable;
  idempotency_keys: IdempotencyKeysTable;
  threads: ThreadsTable;
  turns: TurnsTable;
  turn_timings: TurnTimingsTable;
  items: ItemsTable;
  inputs: InputsTable;
  approvals: ApprovalsTable;
  approval_rules: ApprovalRulesTable;
  prompts: PromptsTable;
  artifacts: ArtifactsTable;
  evidence: EvidenceTable;
  reviews: ReviewsTable;
  spending: SpendingTable;
  ledger: LedgerTable;
  budget_marks: BudgetMarksTable;
  agent_accounts: AgentAccountsTable;
  task_revisions: TaskRevisionsTable;
  task_plans: TaskPlansTable;
  module_iterations: ModuleIterationsTable;
  interventions: InterventionsTable;
  session_names: SessionNamesTable;
  publications: PublicationsTable;
  notifications: NotificationsTable;
  notification_cursor: NotificationCursorTable;
  reports: ReportsTable;
  tokens: TokensTable;
  rule_hits: RuleHitsTable;
}

export interface CountersTable {
  name: string;
  value: number;
}

export interface EventsTable {
  seq: number;
  at: number;
  type: string;
  project_id: string | null;
  task_id: string | null;
  thread_id: string | null;
  turn_id: string | null;
  actor: string;
  data: string;
}

export interface ProjectsTable {
  id: string;
  name: string;
  root: string;
  active: number;
  is_default: number;
  max_concurrent: number;
  settings: string;
  file_sha256: string | null;
  file_text: string | null;
  approved_sha256: string | null;
  /** The project's own rules as they are on its base branch; the hash covers them too. */
  rules_text: string | null;
  /** The rules a person approved last: these count. */
  approved_rules: string | null;
  created_at: number;
  updated_at: number;
}

export interface PromptsTable {
  id: string;
  task_id: string;
  turn_id: string;
  turn: number;
  phase: string;
  round: number;
  prompt: string;
  created_at: number;
}

export interface ArtifactsTable {
  id: string;
  task_id: string;
  turn: number;
  artifact_type: string;
  content: string;
  created_at: number;
}

export interface EvidenceTable {
  id: string;
  task_id: string;
  attempt_id: string;
  round: number;
  commit_sha: string;
  name: string;
  command: string;
  passed: number;
  exit_code: number | null;
  reason: string;
  duration_ms: number;
  counts: string | null;
  output_sha256: string;
  output_bytes: number;
  output: string;
  sandbox: string;
  created_at: number;
}

export interface ReviewsTable {
  id: string;
  task_id: string;
  attempt_id: string;
  round: number;
  commit_sha: string;
  verdict: string;
  agent: string;
  model: string | null;
  independent: number;
  summary: string;
  findings: string;
  created_at: number;
}

/** What was used in one night, in all (scope "night"), by one project (scope its id), or by an agent, model or account ("agent:claude"). */
export interface SpendingTable {
  /** When the night began. */
  night: number;
  scope: string;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number;
  /** 1 when at least one turn had no known cost. */
  cost_unknown: number;
  wall_ms: number;
  turns: number;
  attempts: number;
}

/** How the account of an agent stands. No row means that nothing is known against it. */
export interface AgentAccountsTable {
  name: string;
  state: string;
  message: string;
  fix: string | null;
  since: number;
  /** When the provider says the quota is back. */
  until: number | null;
  /** When it is tried again. */
  wake_at: number | null;
  /** Times it was parked in a row without a good turn between. */
  parks: number;
  /** What told the login that was refused from the next one; null when nobody can tell. */
  login_mark: string | null;
  /** Why it is parked: `quota` (also null) or `failures`. */
  cause: string | null;
  /** Failures in a row of what is not the work's fault. */
  failures: number | null;
  first_failure_at: number | null;
  /** 1 when the end of the pause is a guess: it is then tried with one turn. */
  half_open: number | null;
  /** The turn that tries it now. */
  probe_turn: string | null;
}

/** Something a person should be told, once for each channel that wants it. */
export interface NotificationsTable {
  id: string;
  /** What makes it the same thing: told once. */
  dedupe_key: string;
  channel: string;
  kind: string;
  project_id: string | null;
  /** Its name when it happened. */
  project: string | null;
  task_id: string | null;
  title: string;
  body: string;
  commands: string;
  state: string;
  /** What follows the address of the server: `/tasks/task_01…`. */
  link: string;
  /** The message it is part of, from the first try on: a repeated try is the same message. */
  batch_id: string | null;
  tries: number;
  /** Why the last try failed. */
  error: string | null;
  not_before: number;
  created_at: number;
  sent_at: number | null;
}

/** Up to where the log was read for notifications: one row, or none before the first start with a channel. */
export interface NotificationCursorTable {
  id: number;
  seq: number;
}

export interface ReportsTable {
  id: string;
  since: number;
  until: number;
  /** 1 when the clock asked for it (report.at), 0 when a person did. */
  automatic: number;
  data: string;
  created_at: number;
}

/** A token with scopes, by its hash. */
export interface TokensTable {
  id: string;
  name: string;
  sha256: string;
  /** JSON list of words. */
  scopes: string;
  created_at: number;
  /** Null for one that never stops by itself. */
  expires_at: number | null;
  revoked_at: number | null;
}
