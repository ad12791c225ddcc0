import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { chmod, lstat, mkdir, open, readdir, readlink, realpath, rename, rm } from "node:fs/promises";
import path from "node:path";

const MAX_FILE_BYTES = 2 * 1024 * 1024;
const MAX_ENTRIES = 2_000;
const SKIPPED = new Set([".git", "node_modules"]);

/** A path the model named that leads out of the workspace, or somewhere no tool may go. Told to the model. */
export class PathRefused extends Error {}

/**
 * The files of one workspace, and no others (SAFETY.md B6). A path is resolved to where it really is before it is
 * used; links are never followed out, a file is opened without following a link and checked again when open, and a
 * write replaces the file instead of changing it, so that a hard link keeps its old content elsewhere.
 */
export class WorkspaceFiles {
  readonly #root: string;

  readonly #protected: readonly string[];

  private constructor(root: string, guarded: readonly string[]) {
    this.#root = root;
    this.#protected = guarded.map((name) => path.join(root, name).toLowerCase());
  }

  /** `guarded` are the paths of the workspace nobody may change, relative to it. */
  static async open(workspace: string, guarded: readonly string[] = []): Promise<WorkspaceFiles> {
    return new WorkspaceFiles(await realpath(workspace), guarded);
  }

  /** The text of a file. Throws PathRefused, or the system's error for one that does not exist. */
  async read(name: string): Promise<string> {
    const { directory, base } = await this.#place(name);
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = await open(path.join(directory, base), flags).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "ELOOP" ? new PathRefused(`${name} is a link.`) : error;
    });
    try {
      const found = await handle.stat();
      if (!found.isFile()) throw new PathRefused(`${name} is not a file.`);
      if (found.size > MAX_FILE_BYTES)
        throw new PathRefused(`${name} has ${found.size} bytes; the limit is 2 MiB.`);
      if (process.platform === "linux") this.#mustContain(await readlink(`/proc/self/fd/${handle.fd}`), name);
      return await handle.readFile("utf8");
    } finally {
      await handle.close();
    }
  }

  /** Makes or replaces a file, and the directories above it. Git's own files are refused. */
  async write(name: string, content: string): Promise<void> {
    if (path.normalize(name).toLowerCase().split(path.sep).includes(".git"))
      throw new PathRefused(`${name}: git's own files are not edited by hand.`);
    this.#mustNotGuard(path.resolve(this.#root, name), name);
    const { directory, base } = await this.#place(name, true);
    const target = path.join(directory, base);
    this.#mustNotGuard(target, name);
    const old = await lstat(target).catch(() => undefined);
    if (old !== undefined && !old.isFile()) throw new PathRefused(`${name} is not a file.`);
    const temporary = path.join(directory, `.${randomBytes(9).toString("hex")}.tmp`);
    const handle = await open(temporary, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o666);
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    if (old !== undefined) await chmod(temporary, old.mode & 0o777);
    await rename(temporary, target).catch(async (error: unknown) => {
      await rm(temporary, { force: true });
      throw error;
    });
  }

  /** Names of files below a directory, sorted; git's own and installed packages are left out, links not followed. */
  async list(name: string): Promise<{ files: string[]; cut: boolean }> {
    const { directory, base } = await this.#place(name);
    const start = await realpath(path.join(directory, base));
    this.#mustContain(start, name);
    const files: string[] = [];
    const waiting = [start];
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const full = path.join(folder, entry.name);
        if (entry.isDirectory() && !SKIPPED.has(entry.name)) waiting.push(full);
        else if (!entry.isDirectory()) files.push(path.relative(this.#root, full));
        if (files.length >= MAX_ENTRIES) return { files: files.sort(), cut: true };
      }
    }
    return { files: files.sort(), cut: false };
  }

  /** The path relative to the workspace, for a program that runs in it. */
  async relative(name: string): Promise<string> {
    const { directory, base } = await this.#place(name);
    const real = await realpath(path.join(directory, base));
    this.#mustContain(real, name);
    return path.relative(this.#root, real) || ".";
  }

  async #place(name: string, make = false): Promise<{ directory: string; base: string }> {
    if (name.includes("\0")) throw new PathRefused("A path cannot contain NUL.");
    const target = path.resolve(this.#root, name);
    this.#mustContain(target, name);
    if (target === this.#root) return { directory: this.#root, base: "." };
    if (make) await this.#makeFolders(path.dirname(target), name);
    const directory = await realpath(path.dirname(target));
    this.#mustContain(directory, name);
    return { directory, base: path.basename(target) };
  }

  /** Makes missing directories one by one, so that none is made behind a link that leads out. */
  async #makeFolders(directory: string, name: string): Promise<void> {
    let current = this.#root;
    for (const part of path.relative(this.#root, directory).split(path.sep).filter(Boolean)) {
      current = path.join(current, part);
      await mkdir(current).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
      });
      current = await realpath(current);
      this.#mustContain(current, name);
    }
  }

  #mustNotGuard(target: string, name: string): void {
    const below = `${target.toLowerCase()}${path.sep}`;
    if (this.#protected.some((guarded) => below.startsWith(guarded + path.sep)))
      throw new PathRefused(
        `${name} is protected: the operator lets no agent change it (sandbox.protected_paths).`,
      );
  }

  #mustContain(target: string, name: string): void {
    if (target !== this.#root && !target.startsWith(this.#root + path.sep))
      throw new PathRefused(`${name} leads out of the workspace.`);
  }
}
