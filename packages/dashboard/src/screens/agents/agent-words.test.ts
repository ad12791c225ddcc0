import type { AgentState } from "@harness/protocol";
import { expect, it } from "vitest";
import { agentStanding } from "./agent-words.ts";

const ready: AgentState = {
  name: "codex",
  kind: "codex",
  installed: true,
  version: "1.2.3",
  logged_in: true,
  models: [],
  problem: null,
  fix: null,
  executable: "/usr/bin/codex",
  probed_at: "2026-01-01T00:00:00.000Z",
  account: { state: "ok", since: null, until: null, message: null, fix: null },
  running: [],
};

it.each<[string, Partial<AgentState>]>([
  ["ready", {}],
  ["ready", { logged_in: "unknown" }],
  ["not installed", { installed: false, problem: "There is no codex." }],
  ["not logged in", { logged_in: false, problem: "Nobody is logged in." }],
  ["cannot be used", { problem: "It is too old." }],
  ["parked", { account: { ...ready.account, state: "parked" } }],
  ["stopped: needs you", { logged_in: false, account: { ...ready.account, state: "stopped" } }],
])("an agent is %s", (word, more) => {
  expect(agentStanding({ ...ready, ...more }).word).toBe(word);
});
