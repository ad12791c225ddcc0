import { createHash } from "node:crypto";
import { constants } from "node:fs";
import {
  copyFile,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  unlink,
  writeFile,
} from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { z } from "zod";

/** One path of a workspace that is read-only for what runs in it, and what is shown there. */
export interface Cover {
  /** Relative to the workspace. */
  readonly path: string;
  /** A file or directory of the host; undefined shows what is there. */
  readonly source: string | undefined;
}

const Record = z.object({ workspace: z.string(), made: z.array(z.string()) });
type Record = z.infer<typeof Record>;

/** What a missing file reads as, so that a program that looks for its settings finds a file without any. */
const EMPTY: Readonly<globalThis.Record<string, string>> = {
  ".json": "{}\n",
  ".jsonc": "{}\n",
  ".mcp.json": '{"mcpServers":{}}\n',
};
/** Where a repository's own list of ignored files lies. */
const INFO = ".git/info";

/**
 * Holds the place of protected paths that do not exist, so that nobody can make them (CVE-2026-25725): only on
 * something that is there can something be mounted. Each place is written down before it is taken and given up after
 * the last program of the workspace, so that no snapshot finds it; git inside is told to look past it.
 */
export class Placeholders {
  readonly #dir: string;

  constructor(scratchDir: string) {
    this.#dir = join(scratchDir, "placeholders");
  }

  /** Takes the places of a workspace's protected paths. `paths` are relative and lead nowhere else. */
  async take(workspace: string, paths: readonly string[]): Promise<Cover[]> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const known = await this.#read(workspace);
    const found = await Promise.all([...new Set(paths)].map((path) => look(workspace, path)));
    const missing = found.flatMap((one) => (one?.missing === undefined ? [] : [one.missing]));
    const made = [...new Set([...known.made, ...missing])];
    if (made.length > known.made.length) {
      await this.#write({ workspace, made });
      await Promise.all([...new Set(missing)].map((path) => make(join(workspace, path))));
    }
    const there = found.flatMap((one) =>
      one?.there === undefined || made.includes(one.there) ? [] : [one.there],
    );
    const covers = [
      ...there.filter((path) => path !== INFO).map((path) => ({ path, source: undefined })),
      ...(await Promise.all(made.map(async (path) => ({ path, source: await this.#empty(path) })))),
    ];
    if (!paths.includes(INFO) || !(await isDirectory(join(workspace, ".git")))) return covers;
    const info = { path: INFO, source: await this.#info(workspace, made) };
    return [...covers.filter(({ path }) => path !== INFO), info];
  }

  /** Gives the places of a workspace up. What somebody filled meanwhile stays. */
  async giveUp(workspace: string): Promise<void> {
    const { made } = await this.#read(workspace);
    for (const path of made) await remove(join(workspace, path));
    await rm(this.#file(workspace), { force: true });
    await rm(this.#infoDir(workspace), { recursive: true, force: true });
  }

  /** Gives up what a dead server left. */
  async giveUpAll(): Promise<void> {
    const names = (await readdir(this.#dir).catch(() => [])).filter((name) => name.endsWith(".record"));
    for (const name of names) {
      const record = await readRecord(join(this.#dir, name));
      if (record === undefined) await rm(join(this.#dir, name), { force: true });
      else await this.giveUp(record.workspace);
    }
  }

  /** The repository's own directory `info` as git may see it: a copy that also ignores the places. */
  async #info(workspace: string, made: readonly string[]): Promise<string> {
    const target = this.#infoDir(workspace);
    await mkdir(target, { recursive: true, mode: 0o755 });
    const names = await readdir(join(workspace, INFO), { withFileTypes: true }).catch(() => []);
    for (const name of names.filter((one) => one.isFile() && one.name !== "exclude"))
      await copyFile(join(workspace, INFO, name.name), join(target, name.name));
    const own = await readPlain(join(workspace, INFO, "exclude"));
    const places = made.filter((path) => !path.startsWith(".git/")).map((path) => `/${path}`);
    const text = [own.trimEnd(), ...places].filter((line) => line !== "").join("\n");
    await writeFile(join(target, "exclude"), `${text}\n`);
    return target;
  }

  async #empty(path: string): Promise<string> {
    if (!isFileName(path)) {
      const source = join(this.#dir, "empty");
      await mkdir(source, { recursive: true, mode: 0o500 });
      return source;
    }
    const text = EMPTY[basename(path)] ?? EMPTY[extname(path)] ?? "";
    const source = join(this.#dir, `empty-${createHash("sha256").update(text).digest("hex").slice(0, 8)}`);
    await writeFile(source, text, { flag: "wx", mode: 0o400 }).catch(ignoreExisting);
    return source;
  }

  #key(workspace: string): string {
    return createHash("sha256").update(workspace).digest("hex").slice(0, 32);
  }

  #file(workspace: string): string {
    return join(this.#dir, `${this.#key(workspace)}.record`);
  }

  #infoDir(workspace: string): string {
    return join(this.#dir, `${this.#key(workspace)}.info`);
  }

  async #read(workspace: string): Promise<Record> {
    return (await readRecord(this.#file(workspace))) ?? { workspace, made: [] };
  }

  async #write(record: Record): Promise<void> {
    const file = this.#file(record.workspace);
    await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
}

/** A protected path as it is: there, or the first part of it that is missing. A link is left to itself. */
async function look(
  workspace: string,
  path: string,
): Promise<{ there?: string; missing?: string } | undefined> {
  const parts = path.split("/");
  for (let count = 1; count <= parts.length; count += 1) {
    const here = parts.slice(0, count).join("/");
    const stats = await lstat(join(workspace, here)).catch(() => undefined);
    // A workspace without a repository gets none.
    if (stats === undefined) return here === ".git" ? undefined : { missing: here };
    if (stats.isSymbolicLink()) return undefined;
    if (!stats.isDirectory()) return { there: here };
  }
  return { there: path };
}

async function make(path: string): Promise<void> {
  if (!isFileName(path)) await mkdir(path, { mode: 0o755 }).catch(ignoreExisting);
  else await writeFile(path, "", { flag: "wx", mode: 0o644 }).catch(ignoreExisting);
}

/** Only what is still empty, and never through a link. */
async function remove(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isDirectory()) await rmdir(path).catch(() => undefined);
  else if (stats?.isFile() && stats.size === 0) await unlink(path).catch(() => undefined);
}

/** By its name, since it is not there: `.mcp.json` and `config.worktree` are files, `.claude` and `hooks` are not. */
function isFileName(path: string): boolean {
  return extname(basename(path)) !== "";
}

async function isDirectory(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function readPlain(path: string): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
  if (handle === undefined) return "";
  try {
    return (await handle.stat()).isFile() ? await handle.readFile("utf8") : "";
  } finally {
    await handle.close();
  }
}

async function readRecord(file: string): Promise<Record | undefined> {
  try {
    return Record.safeParse(JSON.parse(await readFile(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
}
