import { existsSync, realpathSync } from "node:fs";
import path from "node:path";

/** The top folder of the repository a directory lies in; undefined outside of one. */
export function repositoryRoot(directory: string): string | undefined {
  let at: string;
  try {
    at = realpathSync(directory);
  } catch {
    return undefined;
  }
  for (;;) {
    if (existsSync(path.join(at, ".git"))) return at;
    const above = path.dirname(at);
    if (above === at) return undefined;
    at = above;
  }
}
