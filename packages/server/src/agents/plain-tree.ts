import { constants } from "node:fs";
import { mkdir, open, readdir } from "node:fs/promises";
import path from "node:path";

/**
 * Copies the regular files of a directory that an agent may have written to into a new one of ours. Links, planted or
 * not, are left out and not followed; what is not there is no error.
 */
export async function copyPlainTree(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch(() => []);
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of entries) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await copyPlainTree(source, target);
    else if (entry.isFile()) await copyPlainFile(source, target);
  }
}

async function copyPlainFile(from: string, to: string): Promise<void> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  await using source = await open(from, flags);
  if (!(await source.stat()).isFile()) return;
  await using target = await open(to, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  await target.writeFile(source.createReadStream({ autoClose: false }));
}
