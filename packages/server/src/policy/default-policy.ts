import path from "node:path";
import type { PolicyAction } from "./policy.ts";

export interface PolicyDecision {
  readonly decision: "allow" | "deny";
  readonly reason: string;
}

/**
 * The one default policy: inside the workspace yes, outside no. It answers the permission questions of every agent;
 * the sandbox holds when an agent does not ask.
 */
export function decideAction(action: PolicyAction, workspace: string): PolicyDecision {
  const root = path.resolve(workspace);
  for (const named of action.paths) {
    const target = path.resolve(root, named);
    if (target !== root && !target.startsWith(root + path.sep)) {
      return { decision: "deny", reason: `default policy: ${named} is outside the workspace` };
    }
    if (target === path.join(root, ".git") || target.startsWith(path.join(root, ".git") + path.sep)) {
      if (action.kind !== "read" && action.kind !== "run")
        return { decision: "deny", reason: "default policy: git's own files are not edited by hand" };
    }
  }
  return { decision: "allow", reason: "default policy: inside the workspace" };
}
