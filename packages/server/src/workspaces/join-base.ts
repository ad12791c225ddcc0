import { checkObjectId, type GitIdentity, type GitRunner } from "../git/index.ts";
import type { Layout } from "./layout.ts";

/** Work and the newer base it should fit. The mirror holds both. */
export interface JoinSpec {
  readonly projectId: string;
  readonly head: string;
  readonly base: string;
  readonly message: string;
  readonly signal?: AbortSignal;
}

/** A merge of work and base whose files still hold the marks of their conflicts. */
export interface Joined {
  readonly sha: string;
  readonly files: readonly string[];
}

/**
 * Merges a base into work that conflicts with it, marks included, for somebody to resolve: what builds on that commit
 * builds on both, so that it lands. Undefined when nothing conflicts, or the merge cannot be tried.
 */
export async function joinBase(
  deps: { readonly git: GitRunner; readonly layout: Layout; readonly identity: GitIdentity },
  spec: JoinSpec,
): Promise<Joined | undefined> {
  const { head, base, signal } = spec;
  for (const sha of [head, base]) checkObjectId(sha);
  const gitDir = deps.layout.mirror(spec.projectId);
  const merged = await deps.git.run({
    gitDir,
    args: ["merge-tree", "--write-tree", "--no-messages", "--name-only", "-z", head, base],
    allowFailure: true,
    signal,
  });
  if (merged.exitCode !== 1) return undefined;
  const [tree = "", ...files] = merged.stdout.split("\0").filter((part) => part !== "");
  const { stdout } = await deps.git.run({
    gitDir,
    args: ["commit-tree", "-p", head, "-p", base, "-F", "-", tree.trim()],
    stdin: `${spec.message}\n`,
    identity: deps.identity,
    signal,
  });
  const sha = stdout.trim();
  await deps.git.run({ gitDir, args: ["update-ref", `refs/harness/merges/${sha}`, sha], signal });
  return { sha, files: [...new Set(files)] };
}
