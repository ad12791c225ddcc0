import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";

/** Removes the files of a directory that were last written before this time (epoch ms). Answers their names. */
export async function removeOldFiles(directory: string, time: number): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(directory).catch(() => [])) {
    const file = path.join(directory, name);
    if (((await stat(file).catch(() => undefined))?.mtimeMs ?? time) >= time) continue;
    await rm(file, { force: true });
    removed.push(name);
  }
  return removed;
}
