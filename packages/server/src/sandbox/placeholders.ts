import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { lstat, readdir, rm, rmdir, unlink } from "node:fs/promises";
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
 *
 * They are taken in one go: some thirty small steps before each program, which wait nine milliseconds for each other as
 * promises and take one like this.
 */
export class Placeholders {
  readonly #dir: string;

  constructor(scratchDir: string) {
    this.#dir = join(scratchDir, "placeholders");
  }

  /** Takes the places of a workspace's protected paths. `paths` are relative and lead nowhere else. */
  take(workspace: string, paths: readonly string[]): Cover[] {
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    const known = this.#read(workspace);
    const found = [...new Set(paths)].map((path) => look(workspace, path));
    const missing = new Set(found.flatMap((one) => (one?.missing === undefined ? [] : [one.missing])));
    const made = [...new Set([...known.made, ...missing])];
    if (made.length > known.made.length) {
      this.#write({ workspace, made });
      for (const path of missing) make(join(workspace, path));
    }
    const there = found.flatMap((one) =>
      one?.there === undefined || made.includes(one.there) ? [] : [one.there],
    );
    const covers = [
      ...there.filter((path) => path !== INFO).map((path) => ({ path, source: undefined })),
      ...made.map((path) => ({ path, source: this.#empty(path) })),
    ];
    if (!paths.includes(INFO) || !isDirectory(join(workspace, ".git"))) return covers;
    const info = { path: INFO, source: this.#info(workspace, made) };
    return [...covers.filter(({ path }) => path !== INFO), info];
  }

  /** Gives the places of a workspace up. What somebody filled meanwhile stays. */
  async giveUp(workspace: string): Promise<void> {
    const { made } = this.#read(workspace);
    for (const path of made) await remove(join(workspace, path));
    await rm(this.#file(workspace), { force: true });
    await rm(this.#infoDir(workspace), { recursive: true, force: true });
  }

  /** Gives up what a dead server left. */
  async giveUpAll(): Promise<void> {
    const names = (await readdir(this.#dir).catch(() => [])).filter((name) => name.endsWith(".record"));
    for (const name of names) {
      const record = readRecord(join(this.#dir, name));
      if (record === undefined) await rm(join(this.#dir, name), { force: true });
      else await this.giveUp(record.workspace);
    }
  }

  /** The repository's own directory `info` as git may see it: a copy that also ignores the places. */
  #info(workspace: string, made: readonly string[]): string {
    const target = this.#infoDir(workspace);
    mkdirSync(target, { recursive: true, mode: 0o755 });
    for (const name of filesIn(join(workspace, INFO)))
      if (name !== "exclude") copyFileSync(join(workspace, INFO, name), join(target, name));
    const own = readPlain(join(workspace, INFO, "exclude"));
    const places = made.filter((path) => !path.startsWith(".git/")).map((path) => `/${path}`);
    const text = [own.trimEnd(), ...places].filter((line) => line !== "").join("\n");
    writeFileSync(join(target, "exclude"), `${text}\n`);
    return target;
  }

  #empty(path: string): string {
    if (!isFileName(path)) {
      const source = join(this.#dir, "empty");
      mkdirSync(source, { recursive: true, mode: 0o500 });
      return source;
    }
    const text = EMPTY[basename(path)] ?? EMPTY[extname(path)] ?? "";
    const source = join(this.#dir, `empty-${createHash("sha256").update(text).digest("hex").slice(0, 8)}`);
    unlessThere(() => writeFileSync(source, text, { flag: "wx", mode: 0o400 }));
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

  #read(workspace: string): Record {
    return readRecord(this.#file(workspace)) ?? { workspace, made: [] };
  }

  #write(record: Record): void {
    const file = this.#file(record.workspace);
    writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

/** A protected path as it is: there, or the first part of it that is missing. A link is left to itself. */
function look(workspace: string, path: string): { there?: string; missing?: string } | undefined {
  const parts = path.split("/");
  for (let count = 1; count <= parts.length; count += 1) {
    const here = parts.slice(0, count).join("/");
    const stats = kindOf(join(workspace, here));
    // A workspace without a repository gets none.
    if (stats === undefined) return here === ".git" ? undefined : { missing: here };
    if (stats.isSymbolicLink()) return undefined;
    if (!stats.isDirectory()) return { there: here };
  }
  return { there: path };
}

function make(path: string): void {
  unlessThere(() =>
    isFileName(path)
      ? writeFileSync(path, "", { flag: "wx", mode: 0o644 })
      : mkdirSync(path, { mode: 0o755 }),
  );
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

function isDirectory(path: string): boolean {
  return kindOf(path)?.isDirectory() ?? false;
}

function kindOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** Names of the plain files of a directory; none where there is no directory. */
function filesIn(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  } catch {
    return [];
  }
}

function readPlain(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return fstatSync(file).isFile() ? readFileSync(file, "utf8") : "";
  } catch {
    return "";
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readRecord(file: string): Record | undefined {
  try {
    return Record.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

/** Makes something that may be there already. */
function unlessThere(makes: () => void): void {
  try {
    makes();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
