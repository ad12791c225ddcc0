import { setImmediate } from "node:timers/promises";
import type { EgressFinding, EgressGate } from "../secrets/index.ts";
import type { Workspaces } from "./workspaces.ts";

/** Work that is to be published under a name. */
export interface Leaving {
  readonly projectId: string;
  readonly branch: string;
  readonly baseSha: string;
  readonly commit: string;
}

/**
 * Every secret in what leaves with a branch: its name, the messages of its commits and what they add. Undefined when
 * that is more than can be looked at.
 */
export async function secretsLeaving(
  {
    workspaces,
    egress,
  }: {
    readonly workspaces: Pick<Workspaces, "outgoing">;
    readonly egress: Pick<EgressGate, "scan">;
  },
  { projectId, branch, baseSha, commit }: Leaving,
): Promise<EgressFinding[] | undefined> {
  const leaving = await workspaces.outgoing({ projectId, from: baseSha, to: commit });
  if (leaving === undefined) return undefined;
  const findings = egress.scan("the name of the branch", branch);
  for (const { place, text, lines } of leaving) {
    for (const one of egress.scan(place, text))
      findings.push({ ...one, line: lines?.[one.line - 1] ?? one.line });
    // A long look must not keep others waiting.
    await setImmediate();
  }
  return findings;
}
