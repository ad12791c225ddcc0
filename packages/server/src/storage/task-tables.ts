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
  /** The letter of the grade. */
  grade_letter: string | null;
  /** 1 when its very first validation passed; null before it. */
  first_validation: number | null;
  /** 1 when its very first review approved; null before it. */
  first_review: number | null;
  input_tokens: number;
  output_tokens: number;
  cached_tokens: number;
  turns: number;
  cost_usd: number;
  /** 1 when at least one turn had no known cost: the sum is then shown as null. */
  cost_unknown: number;
  sandbox: string | null;
  error: string | null;
  /** Time its attempts have run in all, ended attempts only. */
  wall_ms: number;
  /** What the last turns brought, to tell work from going in circles (JSON). */
  progress: string | null;
  /** Times a prompt was given again after a quota. */
  redeliveries: number;
  /** The list it was submitted with. */
  list_id: string | null;
  /** When the wait it is in has lasted too long. */
  wait_expires_at: number | null;
  /** The agent account a wait for a quota or a login is for. */
  wait_account: string | null;
  /** Why and since when it waits or last waited, so that a wait that only pauses goes on counting (JSON). */
  wait_cause: string | null;
  /** How often a person asked for a change to finished work. */
  revisions: number;
  /** Where a person took the work (JSON). */
  landed: string | null;
  discarded_at: number | null;
  /** What a person thought of it: `up` or `down`. */
  rating: string | null;
  /** Who thought so, when and why (JSON). */
  rating_note: string | null;
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

export interface TaskRevisionsTable {
  task_id: string;
  number: number;
  text: string;
  actor: string;
  created_at: number;
}

export interface AttemptsTable {
  id: string;
  task_id: string;
  number: number;
  fence: number;
  status: string;
  reason: string | null;
  workspace: string | null;
  /** What its agents ran under (JSON); null until its workspace was open. */
  sandbox: string | null;
  owner: string;
  started_at: number;
  ended_at: number | null;
  /** Until when it ran: its last sign of life where the server died. Null while it runs, and of older versions. */
  ran_until: number | null;
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
