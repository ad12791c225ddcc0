import { constants } from "node:fs";
import { lstat, mkdir, open, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize, sep } from "node:path";
import type { Skipped, SkipReason } from "./workspace.ts";

const MAX_COPY_BYTES = 1024 * 1024;

/** Copies single files by name from the user's checkout into a clone (`.env`), and says which were not copied and why. */
export async function copyFilesInto(
  tree: string,
  root: string,
  names: readonly string[],
): Promise<{ readonly copied: string[]; readonly notCopied: Skipped[] }> {
  const copied: string[] = [];
  const notCopied: Skipped[] = [];
  for (const name of new Set(names.map((name) => normalize(name)))) {
    const reason = await copyOne(tree, root, name);
    if (reason === undefined) copied.push(name);
    else notCopied.push({ path: name, reason });
  }
  return { copied, notCopied };
}

async function copyOne(tree: string, root: string, name: string): Promise<SkipReason | undefined> {
  if (!isPlainName(name)) return "path_escape";
  const source = await realpath(join(root, name)).catch(() => undefined);
  if (source === undefined) return "missing";
  const realRoot = await realpath(root);
  if (!source.startsWith(realRoot + sep) || !isPlainName(source.slice(realRoot.length + 1)))
    return "path_escape";
  const content = await readPlainFile(source);
  if (typeof content === "string") return content;
  return writeNewFile(tree, name, content);
}

// A part called .git would reach into a repository's own state, under any spelling a file system may fold.
function isPlainName(name: string): boolean {
  if (isAbsolute(name) || name.includes("\0")) return false;
  return name
    .split(sep)
    .every((part) => part !== "" && part !== ".." && part !== "." && part.toLowerCase() !== ".git");
}

async function readPlainFile(path: string): Promise<Buffer | SkipReason> {
  // Non-blocking, or a pipe of that name would hold us for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => undefined);
  if (file === undefined) return "unreadable";
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return "special_file";
    if (stats.size > MAX_COPY_BYTES) return "too_large";
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function writeNewFile(tree: string, name: string, content: Buffer): Promise<SkipReason | undefined> {
  const target = join(tree, name);
  if ((await lstat(target).catch(() => undefined)) !== undefined) return "tracked";
  // The commit may hold a link in place of a directory; nothing is written through it.
  let parent = tree;
  for (const part of dirname(name).split(sep)) {
    if (part === ".") continue;
    parent = join(parent, part);
    await mkdir(parent).catch(() => undefined);
    if (!(await lstat(parent)).isDirectory()) return "symlink";
  }
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(target, flags, 0o600);
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
  return undefined;
}
