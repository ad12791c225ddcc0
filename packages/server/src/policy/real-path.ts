import { lstatSync } from "node:fs";
import { realpath } from "node:fs/promises";
import path from "node:path";

/** Where a path really is: links of the part that exists are followed, what does not exist yet is put behind it. */
export async function realPath(target: string): Promise<string> {
  let existing = target;
  for (;;) {
    try {
      return path.join(await realpath(existing), path.relative(existing, target));
    } catch {
      const parent = path.dirname(existing);
      if (parent === existing) return target;
      existing = parent;
    }
  }
}

/**
 * Whether a path leads to where it says: it lies in `root` and no link is on its way from there. Looked up at once, for
 * nothing is followed: a thread that is woken for each name would take longer than the whole judgement.
 */
export function isPlainInside(root: string, target: string): boolean {
  const inside = path.relative(root, target);
  if (inside === "" || inside.startsWith("..") || path.isAbsolute(inside)) return false;
  let at = root;
  try {
    for (const part of inside.split(path.sep)) {
      at = path.join(at, part);
      const found = lstatSync(at, { throwIfNoEntry: false });
      if (found === undefined) return true;
      if (found.isSymbolicLink()) return false;
    }
    return true;
  } catch {
    return false;
  }
}
