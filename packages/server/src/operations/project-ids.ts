import { getProject } from "../projects/index.ts";
import type { Tx } from "../storage/index.ts";

/** The ids of the projects a caller named by id, name or root; undefined when none was. Throws `project_not_found`. */
export async function projectIdsOf(
  db: Tx,
  keys: readonly string[] | undefined,
): Promise<string[] | undefined> {
  return keys && Promise.all(keys.map(async (key) => (await getProject(db, key)).id));
}
