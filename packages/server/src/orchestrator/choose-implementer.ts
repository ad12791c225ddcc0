import type { Agent } from "../agents/index.ts";
import { type Run, type StageResult, waitFor } from "./run.ts";

/** Command agents the operator limited to certain roles are left out of the others. */
export function mayBe(
  run: Pick<Run, "deps">,
  agent: string,
  role: "implementer" | "reviewer" | "triage" | "planner",
): boolean {
  const entry = run.deps.config.agents.command[agent];
  return !entry?.roles || entry.roles.includes(role);
}

/** The agent a task asks for, its project prefers, or, with auto, one that is installed and logged in. */
export async function chooseImplementer(
  run: Run,
): Promise<StageResult<{ implementer: Agent; model: string | null }>> {
  const { deps, task, project } = run;
  const wanted =
    [task.agent, project.settings.agent, deps.config.agents.default_agent].find((name) => name !== "auto") ??
    "auto";
  const model = task.model;
  const unblock = ["harness doctor", `harness task unblock ${task.id}`];
  if (wanted === "auto") {
    const agent = await deps.agents.pickAuto((name) => mayBe(run, name, "implementer"));
    if (agent) return { ok: true, value: { implementer: agent, model } };
    return waitFor(
      "agent_unavailable",
      "No agent is installed and logged in. `harness doctor` says what is missing.",
      unblock,
    );
  }
  const agent = deps.agents.get(wanted);
  const probe = agent && (await deps.agents.check(agent));
  if (!agent || !probe?.installed)
    return waitFor(
      "agent_unavailable",
      `The agent ${wanted} is not installed${probe?.problem ? `: ${probe.problem}` : "."}`,
      unblock,
    );
  if (probe.logged_in === false)
    return waitFor("auth", `The agent ${wanted} is not logged in. ${probe.fix ?? ""}`.trim(), unblock);
  return { ok: true, value: { implementer: agent, model } };
}
