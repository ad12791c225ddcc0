import { HarnessError } from "@harness/protocol";

const SHAPE = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/;
const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Refuses a branch name that git, a shell, a URL or a reader could take for something else. Narrower than git's own
 * rules, which allow `x;id`, `x$(id)` and invisible characters (SAFETY.md B3). Throws `invalid_ref`.
 */
export function checkRefName(name: string): void {
  if (refNameIsAcceptable(name)) return;
  throw new HarnessError(
    "invalid_ref",
    `Cannot use ${JSON.stringify(name.slice(0, 220))} as a branch name: it must start with a letter or digit and hold only letters, digits and . _ / -.`,
    { expected: SHAPE.source, got: name.slice(0, 220) },
  );
}

/** True for a branch name `checkRefName` lets through. */
export function refNameIsAcceptable(name: string): boolean {
  if (!SHAPE.test(name) || name === "HEAD" || OBJECT_ID.test(name)) return false;
  if (name.includes("..") || name.endsWith(".")) return false;
  return name.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}

/** Refuses anything but a full object id, before it reaches a command line. Throws `invalid_ref`. */
export function checkObjectId(id: string): void {
  if (OBJECT_ID.test(id)) return;
  throw new HarnessError(
    "invalid_ref",
    `Cannot use ${JSON.stringify(id.slice(0, 80))} as a commit id: it must be a full hash.`,
  );
}
