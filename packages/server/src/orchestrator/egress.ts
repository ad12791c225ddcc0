import { type EgressFinding, told } from "../secrets/index.ts";
import { type Leaving, secretsLeaving } from "../workspaces/index.ts";
import { type AttemptEnd, type Run, waitFor } from "./run.ts";

/** With a secret in what leaves nothing is published; a person decides, told kind and place and never the value. */
export async function stopSecrets(
  run: Run,
  leaving: Omit<Leaving, "projectId">,
): Promise<{ ok: false; end: AttemptEnd } | undefined> {
  const findings = await secretsLeaving(run.deps, { ...leaving, projectId: run.project.id });
  if (findings === undefined)
    return blocked(run, "The work is too large to be searched for secrets, so it is not published.", []);
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
