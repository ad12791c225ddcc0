import type { Evidence, ValidationCommand } from "@harness/protocol";
import { z } from "zod";
import { evidenceOf, recordEvidence } from "../evidence/index.ts";
import { setUp } from "../setup/index.ts";
import { patchTask, writeAs } from "../tasks/index.ts";
import { firstOf } from "./first-time.ts";
import { type Run, reviseCommand, type StageResult, stage, waitFor } from "./run.ts";
import { validate } from "./run-validation.ts";
import { repositoryTrouble } from "./workspace-stage.ts";

const Failed = z.object({
  name: z.string(),
  command: z.array(z.string()),
  exit_code: z.number().int().nullable(),
  reason: z.string(),
  output: z.string(),
});
type Failed = z.infer<typeof Failed>;
const Proof = z.object({ passed: z.boolean(), commit: z.string(), failed: z.array(Failed) });
export type Proof = z.infer<typeof Proof>;

/** Output of a failed command that goes back to the agent. */
const SHOWN = 16_384;

/** Runs the project's validation on a clean checkout of the exact commit; what it finds is VERIFIED evidence. */
export async function validateStage(
  run: Run,
  work: { round: number; commit: string; baseSha: string },
): Promise<StageResult<Proof>> {
  return stage(
    run,
    "validate",
    work.round,
    () => prove(run, work).catch((error: unknown) => repositoryTrouble(run, error)),
    Proof,
  );
}

async function prove(
  run: Run,
  work: { round: number; commit: string; baseSha: string },
): Promise<StageResult<Proof>> {
  const { project, task } = run;
  const { validation } = project.settings;
  const accepted = task.accepted.includes("no_validation");
  if (validation === "none" || (validation.length === 0 && accepted)) {
    await summarise(run, { state: "waived", commit: work.commit, counts: null });
    return {
      ok: true,
      value: { passed: true, commit: work.commit, failed: [] },
      detail: "no validation, by choice",
    };
  }
  if (validation.length === 0) {
    await summarise(run, { state: "none", commit: work.commit, counts: null });
    return waitFor(
      "no_validation",
      `Project ${project.name} has no validation commands, so nothing proves this work.`,
      [
        `harness project set ${project.name} --validation "npm test"`,
        `harness task unblock ${task.id}`,
        `harness task accept ${task.id}`,
        reviseCommand(task.id),
      ],
    );
  }
  return runValidation(run, work, validation);
}

/** Sets a clean checkout up and runs every command in it; a red one does not stop those after it. */
async function runValidation(
  run: Run,
  work: { round: number; commit: string },
  commands: readonly ValidationCommand[],
): Promise<StageResult<Proof>> {
  const { deps, attempt, project } = run;
  const { commit, round } = work;
  const ids = { projectId: project.id, attemptId: attempt.id };
  const tree = await deps.workspaces.checkout({ ...ids, sha: commit, purpose: "validate" });
  const ready = await setUp(run, { path: tree.path, commit, trusted: false });
  if (!ready.ok) return setupFailed(run, commit, ready.message);
  const failed: Failed[] = [];
  let counts = null;
  for (const command of commands) {
    const evidence = await validate(run, command, { path: tree.path, commit, round });
    // A command cut short by a stop proves nothing about the work.
    if (run.signal.aborted) break;
    await writeAs(deps.log, attempt, "evidence", (tx) => recordEvidence(tx, evidence, project.id));
    await deps.failpoint("K10");
    counts = evidence.counts ?? counts;
    if (!evidence.passed) failed.push(shown(evidence));
  }
  const passed = failed.length === 0;
  await summarise(run, { state: passed ? "passed" : "failed", commit, counts });
  const detail = passed ? "passed" : `failed: ${failed.map((item) => item.name).join(", ")}`;
  return { ok: true, value: { passed, commit, failed }, detail };
}

/** A setup that fails on the agent's commit is the agent's to mend, like a red check. */
async function setupFailed(run: Run, commit: string, output: string): Promise<StageResult<Proof>> {
  const failed = [{ name: "setup", command: ["setup"], exit_code: null, reason: "exited", output }];
  await summarise(run, { state: "failed", commit, counts: null });
  return { ok: true, value: { passed: false, commit, failed }, detail: "setup failed" };
}

/** What of red evidence goes back to the agent. */
function shown({ name, command, exit_code, reason, output }: Evidence): Failed {
  return { name, command, exit_code, reason, output: output.slice(-SHOWN) };
}

async function summarise(
  run: Run,
  summary: { state: "passed" | "failed" | "none" | "waived"; commit: string; counts: unknown },
): Promise<void> {
  await writeAs(run.deps.log, run.attempt, "evidence", (tx, task) =>
    patchTask(tx, task.id, {
      evidence: JSON.stringify(summary),
      first_validation: task.first_validation ?? firstOf(summary.state, "passed", "failed"),
    }),
  );
}

/** The evidence of one commit, newest run of each command. */
export async function evidenceFor(run: Run, commit: string) {
  const all = await evidenceOf(run.deps.storage.reader, run.task.id);
  const newest = new Map(all.filter((item) => item.commit === commit).map((item) => [item.name, item]));
  return [...newest.values()];
}
