import type { ListTask } from "@harness/protocol";
import { expect, it } from "vitest";
import { fakeServer } from "./support/fake-server.ts";
import { serverStatus, taskId } from "./support/samples.ts";
import { typed } from "./support/typed.ts";

const id = taskId("AAAA");
const narrow = { terminal: true, columns: 80 } as const;
const fix = "npm install --global the-program-that-is-not-there-and-its-plugins-too";
const parked = {
  state: "parked",
  since: "2026-01-01T22:00:00.000Z",
  until: "2026-01-02T03:30:30.000Z",
  message: "You've hit your session limit; it is back when the five hours are over",
  fix: "harness agent resume claude",
} as const;

const status = serverStatus({
  waiting: [
    {
      task_id: id,
      title: "Describe the limit in the documentation of the API",
      code: "dependency_failed",
      message: `It depends on ${id}, which ended failed. Retry that task, or cancel this one.`,
      needs: "person",
      unblock: [`harness task retry ${id}`],
    },
  ],
  accounts: [{ agent: "claude", ...parked }],
});

const item: ListTask = {
  item: 1,
  line: 1,
  key: "limit",
  title: "Limit each client to sixty requests a minute",
  prompt: "Limit each client",
  project: "api",
  template: null,
  agent: "codex",
  model: null,
  priority: 1,
  labels: [],
  after: [],
  depends_on: [],
  order: 1,
  limits: {
    max_budget_usd: 3,
    max_tokens: null,
    max_turns: null,
    max_attempts: 3,
    max_rounds: 3,
    turn_timeout_secs: 1800,
    max_wall_secs: null,
    no_progress_turns: 3,
    same_failure_times: 3,
    max_wait_secs: 604_800,
  },
  task_id: null,
  status: null,
};

/** Text as it is without the breaks a narrow terminal needs. */
const joined = (text: string) => text.replace(/\s+/g, " ");
const wide = (text: string) => text.split("\n").filter((line) => line.length > 80);

it("status says in 80 columns why each task and account waits, and nothing of it is cut [req:cli.narrow]", async () => {
  await using server = await fakeServer({ "server/status": () => status });
  const { out } = await typed(["status"], { url: server.url, ...narrow });
  expect(wide(out)).toEqual([]);
  expect(joined(out)).toContain(joined(status.waiting[0]?.message ?? ""));
  expect(out).toContain(`    harness task retry ${id}\n`);
  expect(joined(out)).toContain(`claude parked until 2026-01-02 03:30 UTC ${parked.message} ${parked.fix}`);
});

it("agent list says in 80 columns what helps an agent, and nothing of it is cut [req:cli.narrow]", async () => {
  const agents = [
    {
      name: "codex",
      kind: "codex",
      installed: false,
      version: null,
      logged_in: false,
      models: [],
      problem: "It is not installed: there is no such program on the search path of the server.",
      fix,
      executable: null,
      probed_at: "2026-01-01T22:00:00.000Z",
      account: { state: "ok", since: null, until: null, message: null, fix: null },
      running: [],
    },
  ] as const;
  await using server = await fakeServer({ "agent/list": () => ({ agents: [...agents] as never }) });
  const { out } = await typed(["agent", "list"], { url: server.url, ...narrow });
  expect(wide(out)).toEqual([]);
  expect(joined(out)).toContain(agents[0].problem);
  expect(out).toContain(`    ${fix}\n`);
});

it("a dry run shows start and limits of each task in 80 columns [req:cli.narrow]", async () => {
  await using server = await fakeServer({
    "task/submit_list": () => ({
      list_id: null,
      dry_run: true,
      format: "markdown",
      tasks: [item],
      problems: [],
      warnings: [{ items: [1], message: "codex does not report costs." }],
      skipped: [],
      order: [{ item: 1, wave: 1, reason: "place", after: [], text: "when a place is free" }],
      totals: { tasks: 1, projects: 1, max_budget_usd: 3, max_tokens: null, ahead: 0 },
    }),
    "project/list": () => ({ data: [], page: { limit: 50, has_more: false, next_cursor: null } }),
  });
  const { out, err } = await typed(
    ["task", "submit", "-f", import.meta.filename, "--project", "api", "--dry-run"],
    {
      url: server.url,
      ...narrow,
    },
  );
  expect(wide(out)).toEqual([]);
  expect(err).toContain("#1: codex does not report costs.\n");
  expect(out).toContain("#1 limit  api: Limit each client to sixty requests a minute\n");
  expect(joined(out)).toContain(
    "starts when a place is free, high priority, by codex; $3, 3 attempts, 3 rounds, 30 min a turn",
  );
});

it("notifications and reports are listed in 80 columns, with what to run [req:cli.narrow]", async () => {
  const at = "2026-01-02T03:00:00.000Z";
  const page = { limit: 50, has_more: false, next_cursor: null };
  const told = {
    id: "note_1",
    channel: "phone",
    kind: "needs_you",
    state: "failed",
    title: "Limit each client to sixty requests a minute",
    body: "It depends on another task, which ended failed. Retry that task, or cancel this one.",
    link: `http://127.0.0.1:9800/tasks/${id}`,
    commands: [`harness task retry ${id}`],
    project_id: "proj_1",
    project: "app",
    task_id: id,
    tries: 8,
    error: "hooks.example.com answered 500",
    created_at: at,
    not_before: at,
    sent_at: null,
  } as const;
  const report = { id: `rpt_${id.slice(5)}`, since: at, until: at, automatic: true, created_at: at };
  await using server = await fakeServer({
    "notification/list": () => ({ data: [{ ...told, commands: [...told.commands] }], page }),
    "report/list": () => ({ data: [report], page }),
  });
  const notes = await typed(["notification", "list"], { url: server.url, ...narrow });
  expect(wide(notes.out)).toEqual([]);
  expect(joined(notes.out)).toContain(
    `needs you failed phone 4 min ago ${told.title}: ${told.body} (${told.error})`,
  );
  expect(notes.out).toContain(`    ${told.commands[0]}\n`);
  const reports = await typed(["reports"], { url: server.url, ...narrow });
  expect(wide(reports.out)).toEqual([]);
  expect(reports.out).toContain(`${report.id}  2026-01-02 03:00`);
});
