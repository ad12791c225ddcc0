/**
 * The tables, one type each. Times are epoch milliseconds, structured values are JSON text (parsed by the owner's
 * zod schema on the way out), flags are 0 or 1: the same on SQLite and Postgres. Each table is written by one folder.
 */
export interface Database {
  counters: CountersTable;
  events: EventsTable;
  projects: ProjectsTable;
  task_counters: TaskCountersTable;
  dispatch_turns: DispatchTurnsTable;
  tasks: TasksTable;
  task_dependencies: TaskDependenciesTable;
  task_labels: TaskLabelsTable;
  attempts: AttemptsTable;
  stages: StagesTable;
  effects: EffectsTable;
  idempotency_keys: IdempotencyKeysTable;
  threads: ThreadsTable;
  turns: TurnsTable;
  prompts: PromptsTable;
  artifacts: ArtifactsTable;
  evidence: EvidenceTable;
  reviews: ReviewsTable;
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
  created_at: number;
  updated_at: number;
}

export interface TaskCountersTable {
  project_id: string;
  status: string;
  n: number;
}

/** When each project was last served by the dispatcher, counted in claims: whoever waited longest is next. */
export interface DispatchTurnsTable {
  project_id: string;
  turn: number;
}

export interface TasksTable {
  id: string;
  project_id: string;
  title: string;
  kind: string;
  status: string;
  stage: string | null;
  block_reason: string | null;
  request: string;
  settings: string;
  priority: number;
  /** When it last entered the queue: the base of priority ageing and of first-in-first-out. */
  queued_at: number;
  /** Not claimed before this time: retry back-off and timed waits. */
  not_before: number | null;
  /** Dependencies that have not ended well yet. */
  pending_dependencies: number;
  agent: string;
  model: string | null;
  source: string;
  external_id: string | null;
  parent_task_id: string | null;
  base_branch: string;
  base_sha: string | null;
  head_sha: string | null;
  changes: string | null;
  branch: string | null;
  attempts: number;
  /** Attempts that count against max_attempts since the last retry by a person. */
  tries: number;
  /** Number of the first attempt whose finished stages a later one inherits; a retry moves it. */
  inherit_from: number;
  fence: number;
  current_attempt_id: string | null;
  evidence: string;
  review: string;
  accepted: string;
  extra_rounds: number;
  grade: string | null;
  input_tokens: number;
  output_tokens: number;
  cached_tokens: number;
  turns: number;
  cost_usd: number;
  /** 1 when at least one turn had no known cost: the sum is then shown as null. */
  cost_unknown: number;
  sandbox: string | null;
  error: string | null;
  created_at: number;
  updated_at: number;
  started_at: number | null;
  finished_at: number | null;
  heartbeat_at: number | null;
  progress_at: number | null;
}

export interface TaskDependenciesTable {
  task_id: string;
  depends_on: string;
}

export interface TaskLabelsTable {
  task_id: string;
  label: string;
}

export interface AttemptsTable {
  id: string;
  task_id: string;
  number: number;
  fence: number;
  status: string;
  reason: string | null;
  workspace: string | null;
  owner: string;
  started_at: number;
  ended_at: number | null;
}

export interface StagesTable {
  attempt_id: string;
  task_id: string;
  stage: string;
  round: number;
  outcome: string | null;
  detail: string | null;
  /** What a later attempt inherits when this stage ended well. */
  result: string | null;
  started_at: number;
  ended_at: number | null;
}

export interface EffectsTable {
  key: string;
  task_id: string;
  kind: string;
  intent: string;
  state: string;
  result: string | null;
  created_at: number;
  updated_at: number;
}

export interface IdempotencyKeysTable {
  key: string;
  operation: string;
  request_sha256: string;
  result: string;
  created_at: number;
}

export interface ThreadsTable {
  id: string;
  task_id: string;
  role: string;
  agent: string;
  model: string | null;
  session_id: string | null;
  created_at: number;
}

export interface TurnsTable {
  id: string;
  thread_id: string;
  task_id: string;
  attempt_id: string;
  role: string;
  round: number;
  agent: string;
  model: string | null;
  status: string;
  failure: string | null;
  usage: string | null;
  started_at: number;
  ended_at: number | null;
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
