import {
  type Event,
  noCaps,
  type Project,
  type ProjectProposal,
  type Result,
  type TaskDetail,
  type TaskStatus,
} from "@harness/protocol";

/** An id of a task ending in the given characters. */
export function taskId(end = "AAAA"): string {
  return `task_01M7YZDJK2DRCQZ5VY2DW6${"0".repeat(8 - end.length - 4)}${end}`.padEnd(31, "7");
}

const at = "2026-01-02T03:00:00.000Z";
const usage = { input_tokens: 1, output_tokens: 2, cached_tokens: 0, total_tokens: 3, cost_usd: null };

/** A task with its history, every text hostile where `text` says so. */
export function task(id: string, status: TaskStatus, text = "plain"): TaskDetail {
  return {
    id,
    task_id: id,
    work_status: "in_progress",
    plan: null,
    modules: [],
    current_module: null,
    iteration: 1,
    modules_complete: null,
    total_modules: null,
    progress: null,
    interventions: [
      { number: 1, guidance: text, actor: "person", created_at: at, delivered: null, delivered_at: null },
    ],
    project_id: "proj_1",
    project: "repo",
    title: text,
    kind: "prompt",
    status,
    scheduler_state: status === "waiting" ? "waiting" : "running",
    stage: null,
    block_reason:
      status === "waiting"
        ? {
            code: "no_validation",
            message: text,
            needs: "person",
            since: at,
            unblock: [`harness task accept ${id}`],
            until: null,
          }
        : null,
    priority: 0,
    agent: text,
    model: null,
    labels: [text],
    source: "cli",
    external_id: null,
    parent_task_id: null,
    depends_on: [],
    branch: text,
    base_branch: "main",
    base_sha: "a".repeat(40),
    head_sha: "b".repeat(40),
    changes: { files: 1, insertions: 2, deletions: 3 },
    attempts: 1,
    fence: 1,
    evidence: { state: "passed", commit: "b".repeat(40), counts: null },
    review: { verdict: "approved", rounds: 1, commit: "b".repeat(40), agent: "x", state: "approved" },
    accepted: [],
    grade: null,
    usage,
    sandbox: { driver: "bwrap", profile: "workspace-write", network: "full" },
    error: { code: "agent_exit", message: text },
    list_id: null,
    revisions: 0,
    redeliveries: 0,
    landed: null,
    discarded_at: null,
    rating: null,
    created_at: at,
    updated_at: at,
    started_at: at,
    finished_at: null,
    heartbeat_at: null,
    progress_at: at,
    not_before: null,
    prompt: text,
    request: { prompt: text },
    limits: { ...noCaps, max_budget_usd: 5, no_progress_turns: 3, same_failure_times: 3 },
    spent: { cost_usd: 1.5, total_tokens: 1200, wall_ms: 65_000, turns: 2, attempts: 1 },
    attempt_history: [],
    stages: [
      {
        attempt_id: "att_1",
        stage: "validate",
        round: 1,
        outcome: "failed",
        detail: text,
        started_at: at,
        ended_at: at,
      },
    ],
    turns: [],
    evidence_history: [evidence(id, text)],
    review_history: [
      {
        id: "rev_1",
        task_id: id,
        attempt_id: "att_1",
        round: 1,
        commit: "b".repeat(40),
        verdict: "changes_requested",
        agent: "other",
        model: null,
        independent: true,
        summary: text,
        findings: [{ file: text, line: 1, severity: "high", title: text, scenario: text }],
        created_at: at,
      },
    ],
  };
}

function evidence(id: string, text: string): TaskDetail["evidence_history"][number] {
  return {
    id: "evi_1",
    task_id: id,
    attempt_id: "att_1",
    round: 1,
    commit: "b".repeat(40),
    name: text,
    command: ["npm", "test", text],
    trust: "verified",
    passed: false,
    exit_code: 1,
    reason: "exited",
    duration_ms: 1200,
    counts: { passed: 1, failed: 1, skipped: 0 },
    output_sha256: "c".repeat(64),
    output_bytes: 3,
    output: text,
    sandbox: "bwrap",
    created_at: at,
  };
}

/** The proof of a task. */
export function proof(id: string, text = "plain"): Result<"task/proof"> {
  return {
    task_id: id,
    status: "done",
    pr_url: null,
    branch: text,
    commit: "b".repeat(40),
    ci_status: "passed",
    review_outcome: "approved",
    review_rounds: 1,
    quality_signals: [{ name: text, value: text }],
    evidence: [evidence(id, text)],
    reviews: [],
    grade: { letter: "A", score: 95, formula: text, parts: [] },
    accepted: [],
    sandbox: null,
  };
}

/** A page of a list. */
export const onePage = { limit: 50, has_more: false, next_cursor: null };

/** A server at rest, with what a test says of it. */
export function serverStatus(parts: Partial<Result<"server/status">> = {}): Result<"server/status"> {
  return {
    version: "1",
    pid: 1,
    started_at: "2026-01-01T22:00:00.000Z",
    draining: false,
    database: "sqlite",
    data_dir: "/data",
    sandbox: "bwrap",
    running: 0,
    queued: 0,
    limit: 4,
    by_status: {},
    waiting: [],
    asked: [],
    accounts: [],
    last_seq: 1,
    supervision: { by: null, supervisor_pid: null, restarts: 0, last_crash: null, log_file: null },
    keep_awake: { state: "off", by: null, problem: null },
    disk: { free_bytes: 1, min_free_bytes: 0, reserve: "held", full_since: null, shortage: null },
    uptime_ms: 1,
    database_bytes: 1,
    events: { head_seq: 1, oldest_seq: 1 },
    clients: { streams: 0, sockets: 0, subscriptions: 0, lag: 0 },
    process: { rss_bytes: 2, heap_bytes: 1, event_loop_p99_ms: null },
    ...parts,
  };
}

/** A list of tasks. */
export function tasks(...data: TaskDetail[]): Result<"task/list"> {
  return {
    data,
    page: onePage,
    counts: { exact: false, total: data.length, running: 0, failed: 0, by_status: {} },
  };
}

const settings = {
  base_branch: "main",
  branch_prefix: "harness/",
  setup: [],
  copy_files: [],
  cache_dirs: [],
  validation: [{ name: "npm test", argv: ["npm", "test"] }],
  validation_timeout_secs: 600,
  agent: "auto",
  review: { enabled: true, reviewer_agent: null, max_rounds: 3, allow_same_agent: false },
  max_concurrent: 4,
  lfs: false,
  submodules: false,
  night_limits: noCaps,
  takeover: false,
  sandbox: null,
  templates: {},
  protected_paths: [],
  allowed_hosts: [],
};
const noFile = { sha256: null, approved_sha256: null, state: "absent" as const, text: null, rules: null };

/** A repository's own settings file that nobody approved. */
export const ownFile = {
  sha256: "d".repeat(64),
  approved_sha256: null,
  rules: null,
  state: "unapproved" as const,
  text: "[validation]\ncommands = ['make check']\u001b[2J\n",
};

/** What detection proposes. */
export function proposal(root: string, file: ProjectProposal["file"] = noFile): ProjectProposal {
  return { root, name: "repo", languages: ["javascript"], settings, file, notes: ["a note"] };
}

/** A registered project. */
export function project(root: string): Project {
  return {
    id: "proj_1",
    name: "repo",
    root,
    active: true,
    default: false,
    settings,
    file: noFile,
    max_concurrent: 4,
    default_agent: "auto",
    task_count: 0,
    counts: {},
    created_at: at,
    updated_at: at,
  };
}

/** An event of a task. */
export function taskEvent(seq: number, id: string, title = "plain"): Event {
  return {
    seq,
    at,
    project_id: "proj_1",
    task_id: id,
    thread_id: null,
    turn_id: null,
    actor: "operator",
    type: "task.queued",
    data: { title, priority: 0, reason: "submitted" },
  };
}

/** A thread with one turn of it. */
export function thread(id: string, turn_id: string): Result<"thread/get"> {
  const of = { agent: "claude", model: null, task_id: null, role: "chat" as const };
  const turn = {
    ...of,
    id: turn_id,
    thread_id: id,
    attempt_id: null,
    round: 1,
    status: "running" as const,
    strategy: null,
    failure: null,
    usage: null,
    commit: null,
    rolled_back: false,
    started_at: at,
    ended_at: null,
  };
  return {
    ...of,
    id,
    project_id: "proj_1",
    title: "plain",
    status: "active",
    base_branch: "main",
    base_sha: null,
    head_sha: null,
    approvals: {},
    execution_strategy: null,
    sandbox: null,
    forked_from: null,
    turns: 1,
    usage,
    created_at: at,
    updated_at: at,
    turn_history: [turn],
    queue: [],
    publications: [],
    proofs: [],
  };
}
