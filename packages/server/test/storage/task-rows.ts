import type { ProjectSettings } from "@harness/protocol";
import { saveProject } from "../../src/projects/index.ts";
import type { TasksTable } from "../../src/storage/index.ts";
import { insertTask } from "../../src/tasks/index.ts";
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
        file: { sha256: null, text: null },
        approved_sha256: null,
      },
      { newId: fixture.newId, actor: "test" },
    ),
  );
}

/** Stores a queued task. */
export async function addTask(
  fixture: Fixture,
  project_id: string,
  more: Partial<TasksTable> = {},
): Promise<string> {
  const id = fixture.newId("task");
  await fixture.log.write(async (tx) => {
    const row: TasksTable = {
      id,
      project_id,
      title: "t",
      kind: "prompt",
      status: "queued",
      stage: null,
      block_reason: null,
      request: JSON.stringify({ prompt: "p" }),
      settings: JSON.stringify({
        max_rounds: null,
        max_turns: null,
        max_attempts: 3,
        turn_timeout_ms: 1,
        stall_timeout_ms: 1,
        max_budget_usd: null,
        max_tokens: null,
        retry_base_backoff_ms: 0,
        retry_max_backoff_ms: 0,
      }),
      priority: 0,
      queued_at: tx.now,
      not_before: null,
      pending_dependencies: 0,
      agent: "auto",
      model: null,
      source: "test",
      external_id: null,
      parent_task_id: null,
      base_branch: "main",
      base_sha: null,
      head_sha: null,
      changes: null,
      branch: null,
      attempts: 0,
      tries: 0,
      inherit_from: 1,
      fence: 0,
      current_attempt_id: null,
      evidence: JSON.stringify({ state: "none", commit: null, counts: null }),
      review: JSON.stringify({ verdict: null, rounds: 0, commit: null, agent: null, state: "none" }),
      accepted: "[]",
      extra_rounds: 0,
      grade: null,
      input_tokens: 0,
      output_tokens: 0,
      cached_tokens: 0,
      turns: 0,
      cost_usd: 0,
      cost_unknown: 0,
      sandbox: null,
      error: null,
      created_at: tx.now,
      updated_at: tx.now,
      started_at: null,
      finished_at: null,
      heartbeat_at: null,
      progress_at: null,
      ...more,
    };
    await insertTask(tx, row, { labels: [], depends_on: [] }, "test");
  });
  return id;
}
