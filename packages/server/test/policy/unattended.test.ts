import { expect, it } from "vitest";
import type { AgentAction } from "../../src/agents/index.ts";
import { Approver, type TurnPlace } from "../../src/turns/index.ts";
import { testApp } from "../support/test-app.ts";

const action: AgentAction = {
  kind: "run",
  tool: "Bash",
  command: "make it",
  paths: [],
  summary: "run make it",
  input: { command: "make it" },
};

/** A turn of a role, which writes nothing. */
function placeOf(role: TurnPlace["role"]): TurnPlace {
  const ids = { project_id: "prj_1", thread_id: "thr_1", turn_id: "turn_1", task_id: null };
  return {
    by: { ...ids, attempt_id: null, agent: "a" },
    role,
    scope: { ...ids, actor: "a" },
    workspace: "/w",
    rules: null,
    approvals: { profile: "strict" },
    write: () => Promise.reject(new Error("nothing is asked of a person here")),
    signal: new AbortController().signal,
    interrupt: () => {},
    stop: () => {},
    park: () => {},
  };
}

it("where nobody can be asked, what a rule or a hook wants asked is denied, with the reason [req:policy.unattended]", async () => {
  await using w = await testApp({ start: false });
  const { app } = w;
  const rule = {
    id: "operator:a.rules:1",
    layer: "operator",
    decision: "prompt",
    matched: ["make"],
    justification: "look",
  } as const;
  const asked: { attended: boolean; profile: string }[] = [];
  const approver = (decision: "prompt" | "allow", hook: "ask" | undefined) =>
    new Approver({
      ...app,
      config: app.loaded.config,
      policy: {
        judge: async (_, { attended, profile }) => {
          asked.push({ attended, profile });
          return {
            decision,
            reason: "rule says prompt",
            rule: decision === "prompt" ? rule : null,
            segments: [],
          };
        },
      },
      hooks: {
        decide: async () => (hook ? { decision: hook, reason: "hook x wants a person asked" } : undefined),
      },
    });
  for (const role of ["reviewer", "planner", "triage"] as const) {
    using byRule = approver("prompt", undefined);
    expect(await byRule.judge(placeOf(role), action)).toEqual({
      decision: "deny",
      reason: "rule says prompt, and nobody can be asked here",
      by: "policy",
      rule,
    });
    using byHook = approver("allow", "ask");
    expect(await byHook.judge(placeOf(role), action)).toMatchObject({ decision: "deny" });
    // The profile of the work asks nobody about a role that can change nothing.
    using free = approver("allow", undefined);
    expect(await free.judge(placeOf(role), action)).toMatchObject({ decision: "allow", by: "policy" });
  }
  expect(new Set(asked.map(({ attended, profile }) => `${attended} ${profile}`))).toEqual(
    new Set(["false allow_all"]),
  );
  using attended = approver("prompt", undefined);
  await expect(attended.judge(placeOf("implementer"), action)).rejects.toThrow("nothing is asked");
});
