import { noCaps, type ProjectSettings } from "@harness/protocol";
import { saveProject } from "../../src/projects/index.ts";
import type { TasksTable } from "../../src/storage/index.ts";
import { insertTask, newTaskRow, type TaskLimits } from "../../src/tasks/index.ts";
import type { Fixture } from "./dialects.ts";

const settings: ProjectSettings = {
  base_branch: "main",
  branch_prefix: "harness/",
  setup: [],
  copy_files: [],
  cache_dirs: [],
  validation: [],
  validation_timeout_secs: 60,
  agent: "auto",
  review: { enabled: true, reviewer_agent: null, max_rounds: 3, allow_same_agent: false },
  max_concurrent: 2,
  lfs: false,
  submodules: false,
  night_limits: noCaps,
  takeover: false,
  sandbox: null,
  templates: {},
  protected_paths: [],
  allowed_hosts: [],
};

/** Registers a project that allows so many tasks at once. */
export function addProject(fixture: Fixture, name: string, max_concurrent: number): Promise<{ id: string }> {
  return fixture.log.write((tx) =>
    saveProject(
      tx,
      {
        name,
        root: `/repo/${name}`,
        is_default: false,
        settings: { ...settings, max_concurrent },
        file: { sha256: null, text: null, rules: null },
        approved_sha256: null,
      },
      { newId: fixture.newId, actor: "test" },
    ),
  );
}

const limits: TaskLimits = {
  max_rounds: null,
  max_turns: null,
  max_attempts: 3,
  turn_timeout_ms: 1,
  stall_timeout_ms: 1,
  max_budget_usd: null,
  max_tokens: null,
  max_wall_secs: null,
  no_progress_turns: 3,
  same_failure_times: 3,
  retry_base_backoff_ms: 0,
  retry_max_backoff_ms: 0,
  max_wait_ms: 604_800_000,
};

/** Stores a queued task. */
export async function addTask(
  fixture: Fixture,
  project_id: string,
  more: Partial<TasksTable> = {},
): Promise<string> {
  const id = fixture.newId("task");
  await fixture.log.write(async (tx) => {
    const known = {
      id,
      project_id,
      base_branch: "main",
      title: "t",
      request: { prompt: "p" },
      limits,
      source: "test",
    };
    const row: TasksTable = { ...newTaskRow({ ...known, now: tx.now }), ...more };
    await insertTask(tx, row, { labels: [], depends_on: [], prompt: "p" }, "test");
  });
  return id;
}
