import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Files looked at together: enough to be quick, few enough to leave the disk to others. */
const BATCH = 32;

/** Bytes on disk of a file or of everything below a directory; links are not followed, what is not there is 0. */
export async function treeBytes(path: string, signal?: AbortSignal): Promise<number> {
  const root = await lstat(path).catch(() => undefined);
  if (root === undefined) return 0;
  let sum = root.blocks * 512;
  const folders = root.isDirectory() ? [path] : [];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal?.throwIfAborted();
    const names = await readdir(folder).catch(() => []);
    for (let at = 0; at < names.length; at += BATCH) {
      const files = names.slice(at, at + BATCH).map((name) => join(folder, name));
      const stats = await Promise.all(files.map((file) => lstat(file).catch(() => undefined)));
      for (const [index, one] of stats.entries()) {
        sum += (one?.blocks ?? 0) * 512;
        if (one?.isDirectory()) folders.push(files[index]!);
      }
    }
  }
  return sum;
}
