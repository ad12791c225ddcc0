import { setImmediate } from "node:timers/promises";
import { type EgressFinding, told } from "../secrets/index.ts";
import { type AttemptEnd, type Run, waitFor } from "./run.ts";

/** Work that is to be published under a name. */
export interface Leaving {
  readonly branch: string;
  readonly baseSha: string;
  readonly commit: string;
}

/**
 * Looks through everything new that leaves with a branch: its name, the messages of its commits and what they add.
 * With a secret in it nothing is published; a person decides, told kind and place and never the value.
 */
export async function stopSecrets(
  run: Run,
  { branch, baseSha, commit }: Leaving,
): Promise<{ ok: false; end: AttemptEnd } | undefined> {
  const { egress, workspaces } = run.deps;
  const leaving = await workspaces.outgoing({ projectId: run.project.id, from: baseSha, to: commit });
  if (leaving === undefined)
    return blocked(run, "The work is too large to be searched for secrets, so it is not published.", []);
  const findings = egress.scan("the name of the branch", branch);
  for (const { place, text, lines } of leaving) {
    for (const one of egress.scan(place, text))
      findings.push({ ...one, line: lines?.[one.line - 1] ?? one.line });
    // A long look must not keep others waiting.
    await setImmediate();
  }
  if (findings.length === 0) return undefined;
  const message = `The work is not published, for it holds ${findings.length === 1 ? "a secret" : `${findings.length} secrets`}: ${told(findings)}.`;
  return blocked(run, message, findings);
}

function blocked(run: Run, message: string, findings: readonly EgressFinding[]) {
  const { id } = run.task;
  const alike = findings.some(({ fingerprint }) => fingerprint !== null);
  const advice = alike
    ? " What only looks like a secret passes once its fingerprint is in egress.allow and the server was started again. A real one stays in the history of this work: replace it where it is used, discard the work and submit the task anew."
    : " It stays in the history of this work: discard the work and submit the task anew.";
  return waitFor("secret_egress", message + advice, [
    `harness task checkout ${id}`,
    `harness task discard ${id}`,
    ...(alike ? [`harness task unblock ${id}`] : []),
  ]);
}
