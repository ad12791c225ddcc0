import { checkRefName } from "../git/index.ts";

const MAX_SLUG_CHARS = 48;
const SHORT_ID_CHARS = 8;

/**
 * The name of the branch a finished task appears under: `<prefix><slug of the title>-<short id>`. The short id is the random
 * end of the task's id, so two tasks of the same title and moment differ. Throws `invalid_ref` for an unusable prefix.
 */
export function branchName(from: {
  readonly prefix: string;
  readonly title: string;
  readonly taskId: string;
}): string {
  const slug = from.title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, MAX_SLUG_CHARS)
    .replace(/-+$/, "");
  const shortId = from.taskId.slice(-SHORT_ID_CHARS).toLowerCase();
  const name = `${from.prefix}${slug === "" ? "task" : slug}-${shortId}`;
  checkRefName(name);
  return name;
}
