import type { AgentState } from "@harness/protocol";
import { expect, it } from "vitest";
import { fakeServer } from "./support/fake-server.ts";
import { serverStatus } from "./support/samples.ts";
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
  executable: `/bin/${name}`,
  probed_at: "2026-01-01T22:00:00.000Z",
  account,
  running: [],
});

it("agent list shows the state of each account, until when, and what helps [req:wait.account-shown]", async () => {
  await using server = await fakeServer({
    "agent/list": () => ({ agents: [agent("claude", parked), agent("codex", ok)] }),
  });
  const { out, code } = await typed(["agent", "list"], { url: server.url });
  expect(code).toBe(0);
  expect(server.calls.at(-1)?.params).toEqual({ refresh: ["true"] });
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
    "server/status": () => serverStatus({ accounts: [{ agent: "claude", ...parked }] }),
  });
  const { out } = await typed(["status"], { url: server.url });
  expect(out).toContain("claude");
  expect(out).toContain("parked until 2026-01-02T03:30:30.000Z");
  expect(out).toContain("harness agent resume claude");
});
