export interface ThreadsTable {
  id: string;
  project_id: string;
  /** The task whose role it is; null for a conversation of a person. */
  task_id: string | null;
  role: string;
  agent: string;
  model: string | null;
  /** The agent's own name of the conversation. */
  session_id: string | null;
  title: string;
  status: string;
  base_branch: string | null;
  base_sha: string | null;
  /** The snapshot after its newest turn. */
  head_sha: string | null;
  /** How its questions are treated (JSON). */
  approvals: string;
  /** The profile asked for; null follows the project and the server. */
  sandbox: string | null;
  /** Where it was copied from (JSON). */
  forked_from: string | null;
  /** What its next conversation with the agent is told of what was said before. */
  context: string | null;
  /** A conversation of the agent its first turn goes on from without changing it. */
  fork_session: string | null;
  /** The sum over its turns (JSON); the cost is null once it is not known. */
  usage: string;
  turns: number;
  /** How its turns are answered that say nothing about it; null: as the operator set. */
  execution_strategy: string | null;
  created_at: number;
  updated_at: number;
}

export interface TurnsTable {
  id: string;
  thread_id: string;
  task_id: string | null;
  attempt_id: string | null;
  role: string;
  round: number;
  agent: string;
  model: string | null;
  status: string;
  failure: string | null;
  usage: string | null;
  /** What a turn of a conversation is for: `say` or `compact`; null for a turn of a task. */
  purpose: string | null;
  /** What a person said, for a turn of a conversation; a task's prompts are kept whole elsewhere. */
  input: string | null;
  /** The snapshot after it. */
  commit_sha: string | null;
  rolled_back: number;
  /** How it is answered and why (JSON); null for a turn of a task. */
  strategy: string | null;
  started_at: number;
  ended_at: number | null;
}

/** When a turn was asked and first answered, and how its program ended. */
export interface TurnTimingsTable {
  turn_id: string;
  thread_id: string;
  prompt_at: number;
  agent_at: number | null;
  first_output_at: number | null;
  exit_code: number | null;
}

/** A finished item of a thread: what its transcript is read from, also when old events are gone. */
export interface ItemsTable {
  thread_id: string;
  /** The seq of the event it came with; in a copied thread that of the original. */
  seq: number;
  turn_id: string;
  kind: string;
  data: string;
  at: number;
}

/** What a person said while a turn ran, until its turn comes. */
export interface InputsTable {
  id: string;
  thread_id: string;
  text: string;
  /** How its turn is answered; null: as the thread or the operator says. */
  execution_strategy: string | null;
  actor: string;
  created_at: number;
}

export interface ApprovalsTable {
  id: string;
  project_id: string;
  thread_id: string;
  turn_id: string;
  task_id: string | null;
  attempt_id: string | null;
  agent: string;
  kind: string;
  tool: string;
  summary: string;
  command: string | null;
  paths: string;
  input: string | null;
  questions: string;
  action_hash: string;
  why: string;
  status: string;
  scope: string | null;
  reason: string | null;
  answers: string | null;
  decided_by: string | null;
  on_expiry: string;
  expires_at: number | null;
  created_at: number;
  decided_at: number | null;
  /** When the agent was told: an answer that holds once is told once. */
  consumed_at: number | null;
}

/** What a person allowed for good in a project. */
export interface ApprovalRulesTable {
  id: string;
  project_id: string;
  kind: string;
  tool: string;
  command: string | null;
  paths: string;
  match_hash: string;
  approval_id: string;
  created_by: string;
  created_at: number;
  hits: number;
}

/** A checkpoint that is meant to be a branch of the user's repository, and where it became one. */
export interface PublicationsTable {
  thread_id: string;
  commit_sha: string;
  /** The branch it was meant to be. */
  branch: string;
  /** The branch it became; null while that is not known. */
  published_as: string | null;
  created_at: number;
  published_at: number | null;
}
