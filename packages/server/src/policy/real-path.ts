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
