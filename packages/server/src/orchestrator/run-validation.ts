import { createHash } from "node:crypto";
import type { Evidence, ValidationCommand } from "@harness/protocol";
import { readCounts } from "../evidence/index.ts";
import { OUTPUT_CAP, runCommand } from "../setup/index.ts";
import type { Run } from "./run.ts";

/** Runs one validation command on a clean checkout and makes evidence of it. */
export async function validate(
  run: Run,
  command: ValidationCommand,
  tree: { path: string; commit: string; round: number },
): Promise<Evidence> {
  const { deps, attempt, project } = run;
  const timeoutMs = (command.timeout_secs ?? project.settings.validation_timeout_secs) * 1000;
  const cap = Math.min(OUTPUT_CAP, deps.config.limits.max_output_bytes);
  const outcome = await runCommand(run, {
    cwd: tree.path,
    argv: command.argv,
    network: deps.config.sandbox.command_network,
    timeoutMs,
    cap,
  });
  const output = [outcome.stdout.text, outcome.stderr.text, outcome.error ?? ""]
    .filter((text) => text !== "")
    .join("\n");
  return {
    id: deps.newId("evidence"),
    task_id: attempt.task_id,
    attempt_id: attempt.id,
    round: tree.round,
    commit: tree.commit,
    name: command.name,
    command: [...command.argv],
    trust: "verified",
    passed: outcome.reason === "exited" && outcome.exitCode === 0,
    exit_code: outcome.exitCode,
    reason: outcome.reason,
    duration_ms: outcome.durationMs,
    counts: readCounts(output),
    output_sha256: createHash("sha256")
      .update(outcome.stdout.sha256)
      .update(outcome.stderr.sha256)
      .digest("hex"),
    output_bytes: outcome.stdout.totalBytes + outcome.stderr.totalBytes,
    output: deps.redact(output),
    sandbox: deps.sandbox.driver ?? "none",
    created_at: new Date(deps.clock.now()).toISOString(),
  };
}
