import type { TrialResult } from "./conflicts.ts";

const OBJECT_ID = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Reads what `git merge-tree --stdin --name-only --no-messages` answers (git-merge-tree, "OUTPUT"): for each pair
 * a status (1 clean, 0 conflicts), the tree, the conflicting files, and an empty field; every field ends with NUL. An
 * answer that is not whole, such as the last one of a process that died, is left out.
 */
export function parseTrials(output: string, maxFiles: number): TrialResult[] {
  const fields = output.split("\0");
  const results: TrialResult[] = [];
  for (let at = 0; at < fields.length; ) {
    const end = fields.indexOf("", at);
    const [status, tree = "", ...files] = fields.slice(at, end);
    if (end < 0 || !OBJECT_ID.test(tree)) break;
    if (status === "1") results.push({ status: "clean", tree });
    else if (status === "0")
      results.push({ status: "conflicts", files: [...new Set(files)].slice(0, maxFiles) });
    else break;
    at = end + 1;
  }
  return results;
}
