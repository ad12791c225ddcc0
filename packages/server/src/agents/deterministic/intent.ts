/** How a symbol's place is asked for. */
export type Relation = "defined" | "used" | "calls";

/** What a deterministic answer can be about. Paths and symbols are as the person wrote them. */
export type Intent =
  | { readonly kind: "help" }
  | { readonly kind: "identity" }
  | { readonly kind: "git_status" }
  | { readonly kind: "git_diff"; readonly staged: boolean; readonly path?: string }
  | { readonly kind: "git_branch" }
  | { readonly kind: "git_log"; readonly count: number; readonly path?: string }
  | { readonly kind: "read"; readonly path: string; readonly lines?: Lines }
  | { readonly kind: "list"; readonly path: string }
  | { readonly kind: "find"; readonly relation: Relation; readonly symbol: string }
  | { readonly kind: "run"; readonly command: string }
  | { readonly kind: "run_that" }
  | {
      readonly kind: "write";
      readonly how: "create" | "replace" | "append";
      readonly path: string;
      readonly content: string;
    };

/** Lines of a file, counted from 1; negative counts from the end. */
export interface Lines {
  readonly first: number;
  readonly last: number;
}

/** An intent, and whether the words leave no doubt about it: only then is a model passed over. */
export interface Understood {
  readonly intent: Intent;
  readonly sure: boolean;
}

/** True for what only looks: it may be gathered before anybody is asked. */
export function onlyReads(intent: Intent): boolean {
  return intent.kind !== "run" && intent.kind !== "run_that" && intent.kind !== "write";
}
