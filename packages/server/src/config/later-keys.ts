/** Settings of the source documents whose capability does not exist yet, by table: they warn by name. */
export interface LaterTable {
  readonly table: string;
  readonly capability: string;
  readonly keys: readonly string[];
}

/**
 * Tables and keys that are accepted with a warning and have no effect yet. A key not listed here nor in the key
 * table is a mistake and fails with the nearest name.
 */
export const laterTables: readonly LaterTable[] = [
  {
    table: "server",
    capability: "this part of the server",
    keys: [
      "notification_broadcast_capacity",
      "ws_heartbeat_secs",
      "max_webhook_body_bytes",
      "signal_rate_limit_per_minute",
      "constitution_enabled",
      "github_webhook_secret",
    ],
  },
  { table: "server.shutdown", capability: "staged shutdown", keys: ["drain_secs", "force_grace_secs"] },
  {
    table: "agents",
    capability: "choice of agents by complexity and policy",
    keys: ["complexity_preferred_agents", "approval_policy", "stream_timeout_secs"],
  },
  {
    table: "agents.review",
    capability: "review by hosted bots",
    keys: [
      "review_bot_auto_trigger",
      "review_bot_command",
      "reviewer_name",
      "strategy",
      "fallback_chain",
      "silence_rounds",
      "silence_min_minutes",
    ],
  },
  {
    table: "validation",
    capability: "server-wide validation commands (set them per project)",
    keys: ["pre_commit", "pre_push", "timeout_secs", "max_retries", "test_gate_timeout_secs"],
  },
  {
    table: "workspace",
    capability: "workspace hooks",
    keys: ["root", "hook_timeout_secs", "auto_cleanup", "after_create_hook", "before_remove_hook"],
  },
  {
    table: "gc",
    capability: "drafts from signals",
    keys: [
      "max_drafts_per_run",
      "budget_per_signal_usd",
      "total_budget_usd",
      "draft_ttl_hours",
      "adopt_wait_secs",
      "adopt_max_rounds",
      "adopt_turn_timeout_secs",
      "auto_gc_grades",
      "auto_gc_cooldown_secs",
      "auto_pr",
      "auto_adopt",
      "auto_adopt_path_prefix",
      "allowed_tools",
      "gc_run_timeout_secs",
    ],
  },
  {
    table: "observe",
    capability: "session renewal",
    keys: ["session_renewal_secs"],
  },
  {
    table: "otel",
    capability: "OpenTelemetry export",
    keys: ["environment", "exporter", "endpoint", "log_user_prompt"],
  },
  {
    table: "review",
    capability: "periodic review",
    keys: [
      "enabled",
      "interval_hours",
      "strategy",
      "timeout_secs",
      "max_concurrent",
      "agent",
      "run_on_startup",
    ],
  },
  {
    table: "retry_scheduler",
    capability: "the scheduler that retries stuck work",
    keys: [
      "enabled",
      "interval_secs",
      "stall_minutes",
      "issue_stall_minutes",
      "pr_stall_minutes",
      "max_retries",
      "label",
    ],
  },
  {
    table: "reconciliation",
    capability: "reconciliation with GitHub",
    keys: ["enabled", "interval_secs", "max_gh_calls_per_minute"],
  },
  {
    table: "maintenance_window",
    capability: "maintenance windows",
    keys: ["enabled", "quiet_start", "quiet_end", "timezone"],
  },
  {
    table: "intake.github",
    capability: "intake from GitHub",
    keys: ["enabled", "repo", "repos", "label", "poll_interval_secs", "planner_agent", "sprint_timeout_secs"],
  },
  {
    table: "intake.feishu",
    capability: "intake from Feishu",
    keys: ["enabled", "app_id", "app_secret", "verification_token", "trigger_keyword", "default_repo"],
  },
  {
    table: "rules",
    capability: "rules checked by guards",
    keys: ["discovery_paths", "builtin_path"],
  },
  { table: "skills", capability: "skills", keys: ["paths"] },
];

/** The same for a project's own file. */
export const laterProjectTables: readonly LaterTable[] = [
  { table: "git", capability: "publishing to a remote", keys: ["remote"] },
  { table: "validation", capability: "commands before a push", keys: ["pre_push"] },
  { table: "gc", capability: "drafts from signals", keys: ["max_drafts_per_run"] },
  { table: "triage", capability: "triage by label", keys: ["skip_on_review_label"] },
  { table: "review", capability: "review by hosted bots", keys: ["review_type", "bot_command", "strategy"] },
];

/** The table of a key that comes later, or undefined. */
export function laterTable(tables: readonly LaterTable[], path: readonly string[]): LaterTable | undefined {
  const parent = path.slice(0, -1).join(".");
  const name = path.at(-1) ?? "";
  return tables.find((row) => row.table === parent && row.keys.includes(name));
}
