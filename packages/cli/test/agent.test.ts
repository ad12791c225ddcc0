import type { AgentState } from "@harness/protocol";
import { expect, it } from "vitest";
import { fakeServer } from "./support/fake-server.ts";
import { typed } from "./support/typed.ts";

const ok = { state: "ok", since: null, until: null, message: null, fix: null } as const;
const parked = {
  state: "parked",
  since: "2026-01-01T22:00:00.000Z",
  until: "2026-01-02T03:30:30.000Z",
  message: "You've hit your session limit",
  fix: "harness agent resume claude",
} as const;

const agent = (name: string, account: AgentState["account"]): AgentState => ({
  name,
  kind: name,
  installed: true,
  version: "2.1.0",
  logged_in: true,
  models: [],
  problem: null,
  fix: null,
  account,
});

it("agent list shows the state of each account, until when, and what helps [req:wait.account-shown]", async () => {
  await using server = await fakeServer({
    "agent/list": () => ({ agents: [agent("claude", parked), agent("codex", ok)] }),
  });
  const { out, code } = await typed(["agent", "list"], { url: server.url });
  expect(code).toBe(0);
  expect(out).toContain("parked until 2026-01-02T03:30:30.000Z");
  expect(out).toContain("You've hit your session limit → harness agent resume claude");
  const terminal = await typed(["agent", "list"], { url: server.url, terminal: true });
  expect(terminal.out).toContain("✗ claude");
  expect(terminal.out).toContain("✓ codex");
});

it("agent resume brings an account back and says how many tasks go on [req:wait.resume]", async () => {
  await using server = await fakeServer({
    "agent/resume": ({ agent }) => ({ agent, account: ok, queued: 3 }),
  });
  const { out } = await typed(["agent", "resume", "claude"], { url: server.url });
  expect(out).toBe("claude is used again; 3 tasks queued.\n");
  expect(server.calls).toEqual([{ name: "agent/resume", params: { agent: "claude" } }]);
});

it("status shows the accounts that are parked or stopped [req:wait.account-shown]", async () => {
  await using server = await fakeServer({
    "server/status": () => ({
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
      accounts: [{ agent: "claude", ...parked }],
      last_seq: 1,
      supervision: { by: null, supervisor_pid: null, restarts: 0, last_crash: null, log_file: null },
      keep_awake: { state: "off", by: null, problem: null },
      disk: { free_bytes: 1, min_free_bytes: 0, reserve: "held", full_since: null, shortage: null },
    }),
  });
  const { out } = await typed(["status"], { url: server.url });
  expect(out).toContain("claude");
  expect(out).toContain("parked until 2026-01-02T03:30:30.000Z");
  expect(out).toContain("harness agent resume claude");
});
