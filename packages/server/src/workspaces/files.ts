import { copyFile, lstat, stat, utimes } from "node:fs/promises";

/** True when something of that name is there, whatever it is. */
export function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Copies a file and its times; git compares the time of an index with those of the files it lists. */
export async function copyWithTimes(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const { atime, mtime } = await stat(from);
  await utimes(to, atime, mtime);
}

/** Copies a file when there is one. */
export async function copyIfThere(from: string, to: string): Promise<void> {
  if (await exists(from)) await copyFile(from, to);
}
