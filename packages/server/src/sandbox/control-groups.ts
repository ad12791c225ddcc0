import { randomBytes } from "node:crypto";
import { access, mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Where the kernel shows its groups, and what makes and removes one: a directory it fills and empties by itself. */
export interface GroupTree {
  readonly mount: string;
  /** The file that says in which groups this process is. */
  readonly self: string;
  readonly make: (group: string) => Promise<unknown>;
  readonly remove: (group: string) => Promise<unknown>;
}

const KERNEL: GroupTree = { mount: "/sys/fs/cgroup", self: "/proc/self/cgroup", make: mkdir, remove: rmdir };
/** Ours, among whatever else is there. */
const PREFIX = "harness-";

/** What a run may use at most where the kernel itself holds it to that. */
export interface GroupLimits {
  readonly processes: number;
  readonly memoryBytes: number;
}

/**
 * Control groups: the kernel counts processes and memory of a whole tree and stops it exactly at the limit. They need
 * a place of theirs that this user may write: as a service with `Delegate=yes` or as root; both versions are known.
 */
export class ControlGroups {
  readonly #tree: GroupTree;
  #places: Promise<readonly string[]> | undefined;

  constructor(tree: GroupTree = KERNEL) {
    this.#tree = tree;
  }

  /** Makes the groups of one run; none where there is no place for any. */
  async make(limits: GroupLimits): Promise<string[]> {
    this.#places ??= findPlaces(this.#tree);
    const name = `${PREFIX}${process.pid}-${randomBytes(6).toString("hex")}`;
    const made: string[] = [];
    for (const place of await this.#places) {
      const group = join(place, name);
      await this.#tree.make(group);
      made.push(group);
      await Promise.all([
        set(group, "pids.max", String(limits.processes)),
        set(group, "memory.max", String(limits.memoryBytes)),
        set(group, "memory.swap.max", "0"),
        set(group, "memory.limit_in_bytes", String(limits.memoryBytes)),
      ]);
    }
    return made;
  }

  /** Whether there is a place for groups here. */
  async held(): Promise<boolean> {
    this.#places ??= findPlaces(this.#tree);
    return (await this.#places).length > 0;
  }

  /** Removes groups whose processes have ended. */
  async remove(groups: readonly string[]): Promise<void> {
    await Promise.all(groups.map((group) => this.#tree.remove(group).catch(() => undefined)));
  }

  /** Removes what dead servers left. Groups of one that lives still hold a process, or are its own to remove. */
  async removeDead(): Promise<void> {
    this.#places ??= findPlaces(this.#tree);
    for (const place of await this.#places) {
      const names = (await readdir(place)).filter((name) => name.startsWith(PREFIX));
      const dead = names.filter((name) => !isAlive(Number(name.slice(PREFIX.length).split("-")[0])));
      await this.remove(dead.map((name) => join(place, name)));
    }
  }
}

/** Directories in which a group can be made that holds processes and memory: one of version 2, or two of version 1. */
async function findPlaces(tree: GroupTree): Promise<string[]> {
  for (const place of await candidates(tree))
    if (await works(tree, place, ["pids.max", "memory.max"])) return [place];
  const first = join(tree.mount, "pids");
  const second = join(tree.mount, "memory");
  const both =
    (await works(tree, first, ["pids.max"])) && (await works(tree, second, ["memory.limit_in_bytes"]));
  return both ? [first, second] : [];
}

async function candidates({ mount, self }: GroupTree): Promise<string[]> {
  const own = await readFile(self, "utf8").catch(() => "");
  const path = /^0::(.*)$/m.exec(own)?.[1];
  if (path === undefined) return [];
  const at = join(mount, path);
  // A group with processes in it can have no groups that count: ours go beside it.
  return path === "/" ? [mount] : [dirname(at), mount];
}

async function works(tree: GroupTree, place: string, files: readonly string[]): Promise<boolean> {
  const group = join(place, `${PREFIX}${process.pid}-probe-${randomBytes(4).toString("hex")}`);
  try {
    await tree.make(group);
  } catch {
    return false;
  }
  try {
    await Promise.all(files.map((file) => access(join(group, file))));
    return true;
  } catch {
    return false;
  } finally {
    await tree.remove(group).catch(() => undefined);
  }
}

async function set(group: string, file: string, value: string): Promise<void> {
  // Of the two versions only one has a file of this name.
  await writeFile(join(group, file), value, { flag: "r+" }).catch(() => undefined);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
