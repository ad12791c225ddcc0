import { join } from "node:path";
import { HarnessError } from "@harness/protocol";
import type { CheckoutPurpose } from "./workspace.ts";

const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/**
 * Where everything lies under the data directory:
 *
 *     mirrors/<project>.base    what the user's repository gave: bare, the source of every clone
 *     mirrors/<project>.git     the mirror: reads the above, and holds the snapshots under refs/harness/
 *     workspaces/<attempt>/     tree: the agent's clone; store: our index and objects; checkouts/: clean ones
 *     workspaces/.removing-*    what is being deleted
 *     trials/                   repositories in which merges are tried, each deleted after use
 */
export class Layout {
  readonly mirrors: string;
  readonly workspaces: string;
  readonly trials: string;

  constructor(dataDir: string) {
    this.mirrors = join(dataDir, "mirrors");
    this.workspaces = join(dataDir, "workspaces");
    this.trials = join(dataDir, "trials");
  }

  base(projectId: string): string {
    return join(this.mirrors, `${checkId(projectId)}.base`);
  }

  mirror(projectId: string): string {
    return join(this.mirrors, `${checkId(projectId)}.git`);
  }

  attempt(attemptId: string): string {
    return join(this.workspaces, checkId(attemptId));
  }

  tree(attemptId: string): string {
    return join(this.attempt(attemptId), "tree");
  }

  store(attemptId: string): string {
    return join(this.attempt(attemptId), "store");
  }

  record(attemptId: string): string {
    return join(this.attempt(attemptId), "workspace.json");
  }

  checkouts(attemptId: string): string {
    return join(this.attempt(attemptId), "checkouts");
  }

  checkout(attemptId: string, purpose: CheckoutPurpose, sha: string): string {
    return join(this.checkouts(attemptId), `${purpose}-${sha.slice(0, 16)}`);
  }
}

/** Refuses an id that could name another directory. */
export function checkId(id: string): string {
  if (isSafeId(id)) return id;
  throw new HarnessError(
    "invalid_params",
    `Cannot use ${JSON.stringify(id.slice(0, 100))} as an id: it is not one this server makes.`,
  );
}

/** True for a name that is one plain path segment. */
export function isSafeId(id: string): boolean {
  return SAFE_ID.test(id);
}
