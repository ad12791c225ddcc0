import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { HarnessClient } from "@harness/client";
import { type Event, terminalStatuses } from "@harness/protocol";
import { expect } from "vitest";
import { userGit } from "./git-fixture.ts";

/** Every event of a server's log, in order. */
export async function allEvents(client: Pick<HarnessClient, "call">): Promise<Event[]> {
  const events: Event[] = [];
  for (;;) {
    const page = await client.call("event/query", { after_seq: events.at(-1)?.seq ?? 0, limit: 500 });
    events.push(...page.data);
    if (!page.has_more) return events;
  }
}

/** Checks SAFETY.md 4.2 on a settled server: I2, I3, I4, I5, I6, I8 and I9, for the tasks it has. */
export async function verifyInvariants(at: {
  client: Pick<HarnessClient, "call">;
  dataDir: string;
  /** The user's repository, or those of several projects by name. */
  root: string | Readonly<Record<string, string>>;
}): Promise<void> {
  const { client, dataDir, root } = at;
  const events = await allEvents(client);
  // I5: the log is gap-free and in order.
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  const { data: tasks } = await client.call("task/list", { limit: 500 });
  for (const listed of tasks) {
    const task = await client.call("task/get", { task_id: listed.id });
    // I2: one terminal state (or a visible wait), no attempt left running, no more attempts than allowed.
    expect([...terminalStatuses, "waiting"]).toContain(task.status);
    if (task.status === "waiting") expect(task.block_reason).not.toBeNull();
    expect(task.attempt_history.filter((attempt) => attempt.status === "running")).toEqual([]);
    expect(task.turns.filter((turn) => turn.status === "running")).toEqual([]);
    // I3: fences only grow, and no turn of one attempt overlaps one of another.
    const fences = task.attempt_history.map((attempt) => attempt.fence);
    expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
    // I4: at most one branch for a task, at the commit that was proven.
    const branches = userGit(
      typeof root === "string" ? root : (root[task.project] ?? ""),
      "for-each-ref",
      "--format=%(refname:short) %(objectname)",
      "refs/heads/harness",
    )
      .split("\n")
      .filter((line) => line.includes(task.id.slice(-8).toLowerCase()));
    expect(branches.length).toBe(task.status === "done" ? 1 : 0);
    if (task.status === "done") expect(branches[0]).toBe(`${task.branch} ${task.head_sha}`);
    // I9: the ledger and the task say the same, whatever died in between.
    const { data: lines } = await client.call("cost/list", { task_id: task.id, limit: 500 });
    expect(lines.reduce((sum, line) => sum + (line.input_tokens ?? 0) + (line.output_tokens ?? 0), 0)).toBe(
      task.usage.total_tokens,
    );
    expect(new Set(lines.map(({ turn_id }) => turn_id))).toEqual(new Set(task.turns.map(({ id }) => id)));
    // I8: what validated the published commit is kept, whole with its exit code.
    if (task.status === "done" && task.evidence.state === "passed") {
      expect(
        task.evidence_history.some(
          (item) => item.commit === task.head_sha && item.passed && item.exit_code === 0,
        ),
      ).toBe(true);
    }
  }
  // I6: no working tree and no process is left.
  const workspaces = readdirSync(path.join(dataDir, "workspaces"), { withFileTypes: true }).filter((entry) =>
    entry.name.startsWith("att_"),
  );
  expect(workspaces.map((entry) => entry.name)).toEqual([]);
  expect(processesOf(dataDir)).toEqual([]);
}

/** Processes (besides ourselves) whose environment or working directory belongs to this data directory. */
export function processesOf(dataDir: string): string[] {
  const found: string[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const environ = readFileSync(`/proc/${name}/environ`, "utf8");
      const run = /HARNESS_RUN=(att_[^\0]+)/.exec(environ)?.[1];
      const inDir = environ.includes(dataDir);
      if (run && inDir)
        found.push(
          `${name} ${run} ${readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").slice(0, 200)}`,
        );
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}
