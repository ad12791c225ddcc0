/**
 * The drawing of `packages/server/src`, highest band first. Imports go down only. Inside a band a folder may import
 * those right of the next bar; folders between two bars never import each other. ARCHITECTURE.md shows the same.
 */
export const bands = {
  EDGE: [["http"], ["rpc", "mcp"], ["operations"], ["lists"]],
  FLOW: [
    ["orchestrator", "conversations"],
    ["setup"],
    ["turns", "review", "reports", "notifications", "disk"],
  ],
  CONCEPT: [
    [
      "access",
      "projects",
      "tasks",
      "threads",
      "workspaces",
      "agents",
      "policy",
      "budgets",
      "approvals",
      "evidence",
      "hooks",
    ],
  ],
  GROUND: [
    ["events"],
    ["storage"],
    ["git", "sandbox", "supervisor"],
    ["process"],
    ["config", "secrets", "telemetry", "outbound"],
  ],
} as const satisfies Record<string, readonly (readonly string[])[]>;

/** Files beside the folders: they compose, and may import everything. */
export const composition = [
  "main.ts",
  "app.ts",
  "app-life.ts",
  "index.ts",
  "build-agents.ts",
  "build-boxes.ts",
  "build-endpoints.ts",
  "build-policy.ts",
  "build-notifier.ts",
  "build-turns.ts",
  "build-work.ts",
  "build-rpc.ts",
  "configured-projects.ts",
  "dashboard-folder.ts",
  "example-folder.ts",
  "ground.ts",
  "housekeeping.ts",
  "keep-awake.ts",
  "operator.ts",
  "space-watch.ts",
  "ask-once.ts",
  "start-server.ts",
  "start-stdio.ts",
  "stop-once.ts",
  "version.ts",
] as const;

/** What each package may import from the others. `server` and `client` meet only in `protocol`. */
export const packageImports: Record<string, readonly string[]> = {
  protocol: [],
  client: ["protocol"],
  server: ["protocol"],
  cli: ["protocol", "client", "server"],
  dashboard: ["protocol", "client"],
};

/** The folders of the dashboard: each may import those right of it. A screen imports no other screen. */
export const dashboardFolders = ["app", "screens", "work", "commands", "ui", "live"] as const;

/** Which folder of the server writes each table. */
export const tableOwners: Record<string, string> = {
  counters: "events",
  kept_days: "storage",
  events: "events",
  projects: "projects",
  task_counters: "tasks",
  dispatch_turns: "tasks",
  tasks: "tasks",
  task_dependencies: "tasks",
  task_labels: "tasks",
  task_words: "tasks",
  attempts: "tasks",
  stages: "tasks",
  effects: "tasks",
  idempotency_keys: "tasks",
  threads: "threads",
  turns: "threads",
  items: "threads",
  inputs: "threads",
  approvals: "approvals",
  approval_rules: "approvals",
  prompts: "threads",
  artifacts: "threads",
  evidence: "evidence",
  reviews: "review",
  spending: "budgets",
  ledger: "budgets",
  budget_marks: "budgets",
  agent_accounts: "agents",
  task_revisions: "tasks",
  task_plans: "tasks",
  module_iterations: "tasks",
  interventions: "tasks",
  session_names: "threads",
  turn_timings: "threads",
  publications: "threads",
  notifications: "notifications",
  notification_cursor: "notifications",
  reports: "reports",
  tokens: "access",
  rule_hits: "policy",
};

/** Folders that read a table of another beside them: the claim counts the limits of projects in its own statement. */
export const tableReaders: Record<string, readonly string[]> = {
  projects: ["tasks"],
};

/** Folder names that say nothing about what is inside. */
export const emptyNames = [
  "utils",
  "util",
  "shared",
  "common",
  "core",
  "helpers",
  "lib",
  "manager",
  "service",
];

/** Position of a folder in the drawing: the band from the top, and its place between the bars. */
export function placeOf(folder: string): { band: number; group: number } | undefined {
  for (const [band, groups] of Object.values(bands).entries()) {
    for (const [group, folders] of groups.entries()) {
      if ((folders as readonly string[]).includes(folder)) return { band, group };
    }
  }
  return undefined;
}

/** Whether code in one folder may import another. */
export function mayImport(from: string, to: string): boolean {
  const low = placeOf(to);
  const high = placeOf(from);
  if (!low || !high) return false;
  return high.band < low.band || (high.band === low.band && high.group < low.group);
}
