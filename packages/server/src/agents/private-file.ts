import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { open, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";

/**
 * Puts a file of ours (0600) into a directory that an agent may have written to. What stood there before, also a
 * link planted by the agent, is replaced and never followed.
 */
export async function placeFile(directory: string, name: string, content: string): Promise<void> {
  const temporary = path.join(directory, `.${randomBytes(9).toString("hex")}`);
  const handle = await open(temporary, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    await handle.writeFile(content);
  } finally {
    await handle.close();
  }
  await replace(temporary, path.join(directory, name));
}

/** Puts a link of ours into such a directory, in the same way. */
export async function placeLink(directory: string, name: string, target: string): Promise<void> {
  const temporary = path.join(directory, `.${randomBytes(9).toString("hex")}`);
  await symlink(target, temporary);
  await replace(temporary, path.join(directory, name));
}

/** Reads a regular file of such a directory; undefined when it is missing, a link, or larger than `max` bytes. */
export async function readPlainFile(file: string, max = 1024 * 1024): Promise<string | undefined> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (handle === undefined) return undefined;
  try {
    const found = await handle.stat();
    return found.isFile() && found.size <= max ? await handle.readFile("utf8") : undefined;
  } finally {
    await handle.close();
  }
}

async function replace(temporary: string, file: string): Promise<void> {
  try {
    await rename(temporary, file);
  } catch (error) {
    // A directory stands where the file belongs; an agent's doing.
    await rm(file, { recursive: true, force: true });
    await rename(temporary, file).catch(async () => {
      await rm(temporary, { force: true });
      throw error;
    });
  }
}
