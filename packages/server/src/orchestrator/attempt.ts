import type { TaskPlan } from "@harness/protocol";
import type { Agent } from "../agents/index.ts";
import { revisionsOf } from "../tasks/index.ts";
import type { Instruction } from "../turns/index.ts";
import { chooseImplementer } from "./choose-implementer.ts";
import { converge } from "./converge.ts";
import { writeHandoff } from "./handoff.ts";
import { prepareStages } from "./prepare-stages.ts";
import type { AttemptEnd, Run } from "./run.ts";
import { openWorkspace } from "./workspace-stage.ts";

/** The agents and the place of one attempt, once it is set up. */
export interface Bench {
  readonly implementer: Agent;
  readonly model: string | null;
  /** The agent's working tree. */
  readonly path: string;
  /** What the change is measured against. */
  readonly baseSha: string;
  /** Where this attempt started: the base, a dependency's result or an earlier attempt's work. */
  readonly startSha: string;
  readonly plan: TaskPlan | null;
  /** The changes a person asked for since the task was submitted, oldest first. */
  readonly revisions: readonly string[];
  readonly instructions: readonly Instruction[];
  /** Files a revision finds with marks of conflicts. */
  readonly conflicts: readonly string[];
}

/**
 * One attempt, from an empty directory to a published branch: open the workspace, let the agent work, prove it, have
 * it reviewed, publish. A red check or a finding goes back to the agent as the next round. Every round's stages are
 * recorded; what an earlier attempt finished is not done again.
 */
export async function runAttempt(run: Run): Promise<AttemptEnd> {
  const implementer = await chooseImplementer(run);
  if (!implementer.ok) return implementer.end;
  const opened = await openWorkspace(run);
  if (!opened.ok) return opened.end;
  const prepared = await prepareStages(run, { ...implementer.value, path: opened.value.path });
  if (!prepared.ok) return prepared.end;
  const revisions = await revisionsOf(run.deps.storage.reader, run.task.id);
  const bench: Bench = { ...implementer.value, ...opened.value, plan: prepared.value.plan, revisions };
  return converge(run, bench, await writeHandoff(run, implementer.value.takes_over_from, bench.baseSha));
}
