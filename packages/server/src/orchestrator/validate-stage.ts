import { z } from "zod";
import { evidenceOf, recordEvidence } from "../evidence/index.ts";
import { patchTask, writeAs } from "../tasks/index.ts";
import { setUp, validate } from "./commands.ts";
import { type Run, type StageResult, stage, waitFor } from "./run.ts";
import { repositoryTrouble } from "./workspace-stage.ts";

const Failed = z.object({
  name: z.string(),
  command: z.array(z.string()),
  exit_code: z.number().int().nullable(),
  reason: z.string(),
  output: z.string(),
});
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
  const { deps, attempt, project, task } = run;
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
      ],
    );
  }
  const tree = await deps.workspaces.checkout({
    projectId: project.id,
    attemptId: attempt.id,
    sha: work.commit,
    purpose: "validate",
  });
  const ready = await setUp(run, { path: tree.path, commit: work.commit, trusted: false });
  if (!ready.ok && ready.end.type === "failed") {
    const failed = [
      {
        name: "setup",
        command: ["setup"],
        exit_code: null,
        reason: "exited",
        output: ready.end.failure.message,
      },
    ];
    await summarise(run, { state: "failed", commit: work.commit, counts: null });
    return { ok: true, value: { passed: false, commit: work.commit, failed }, detail: "setup failed" };
  }
  if (!ready.ok) return ready;
  const failed: z.infer<typeof Failed>[] = [];
  let counts = null;
  for (const command of validation) {
    const evidence = await validate(run, command, {
      path: tree.path,
      commit: work.commit,
      round: work.round,
    });
    // A command cut short by a stop proves nothing about the work.
    if (run.signal.aborted) break;
    await writeAs(deps.log, attempt, "evidence", (tx) => recordEvidence(tx, evidence, project.id));
    await deps.failpoint("K10");
    counts = evidence.counts ?? counts;
    if (!evidence.passed)
      failed.push({
        name: evidence.name,
        command: evidence.command,
        exit_code: evidence.exit_code,
        reason: evidence.reason,
        output: evidence.output.slice(-SHOWN),
      });
  }
  await summarise(run, { state: failed.length === 0 ? "passed" : "failed", commit: work.commit, counts });
  return {
    ok: true,
    value: { passed: failed.length === 0, commit: work.commit, failed },
    detail: failed.length === 0 ? "passed" : `failed: ${failed.map((item) => item.name).join(", ")}`,
  };
}

async function summarise(
  run: Run,
  summary: { state: "passed" | "failed" | "none" | "waived"; commit: string; counts: unknown },
): Promise<void> {
  await writeAs(run.deps.log, run.attempt, "evidence", (tx, task) =>
    patchTask(tx, task.id, { evidence: JSON.stringify(summary) }),
  );
}

/** The evidence of one commit, newest run of each command. */
export async function evidenceFor(run: Run, commit: string) {
  const all = await evidenceOf(run.deps.storage.reader, run.task.id);
  const newest = new Map(all.filter((item) => item.commit === commit).map((item) => [item.name, item]));
  return [...newest.values()];
}
