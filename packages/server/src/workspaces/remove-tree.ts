import { randomBytes } from "node:crypto";
import { chmod, lstat, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** Paths beyond this length are shortened by moving the directory up; the system refuses longer ones than 4,096 bytes. */
const LONG_PATH_BYTES = 2_000;
/** How often it is tried: what a program that is just being killed writes meanwhile is met once more. */
const MOST_TRIES = 4;

/**
 * Deletes a directory whatever an agent did to it: read-only directories, nesting deeper than a path may be long, odd names.
 * Links are removed, never followed. Done when nothing is there.
 */
export async function removeTree(dir: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await rm(dir, { recursive: true, force: true, maxRetries: tries === 1 ? 0 : 3 });
      return;
    } catch (error) {
      if (tries === MOST_TRIES) throw error;
      await unlock(Buffer.from(dir), dir);
    }
  }
}

async function unlock(path: Buffer, root: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isDirectory() !== true) return;
  await chmod(path, 0o700);
  if (path.length > LONG_PATH_BYTES) {
    const shorter = Buffer.from(join(root, `deep-${randomBytes(8).toString("hex")}`));
    await rename(path, shorter);
    await unlock(shorter, root);
    return;
  }
  const children = await readdir(path, { withFileTypes: true, encoding: "buffer" });
  for (const child of children) {
    if (child.isDirectory()) await unlock(Buffer.concat([path, Buffer.from("/"), child.name]), root);
  }
}
