import { existsSync, readFileSync } from "node:fs";
import { lstat, opendir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { TreeRoot } from "./kill-tree.ts";
import type { ProcessTable, ProcessUse } from "./process-table.ts";
import type { LimitReached, ResourceLimits } from "./types.ts";

/** Between two looks. A tree grows by what a machine can do in this time before it is stopped. */
const LOOK_MS = 250;
/** The disk is looked at less often: it fills slower than memory. */
const DISK_LOOKS = 4;
/** Measured anew when the file system lost this share of the limit. */
const DISK_SHARE = 8;
/** Most entries one measuring of a directory takes; more of them is more than any limit is meant for. */
const MOST_ENTRIES = 500_000;

interface Watched {
  readonly root: TreeRoot;
  readonly limits: ResourceLimits;
  readonly counters: readonly Counter[];
  readonly onOver: (over: LimitReached) => void;
  disk: { used: number; measuring: boolean } | undefined;
  over: LimitReached | undefined;
}

/**
 * Looks at what the trees of all limited programs use, all at once and only while there are some. It works for every
 * sandbox and none; where the system has control groups they stop a tree before it gets this far, and say so here.
 */
export class ResourceWatch {
  readonly #table: ProcessTable;
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;
  #looking = false;

  constructor(table: ProcessTable) {
    this.#table = table;
  }

  /** Begins to watch a tree. `end` stops that and says what was reached, also what only the kernel noticed. */
  watch(
    root: TreeRoot,
    limits: ResourceLimits,
    onOver: (over: LimitReached) => void,
  ): { end(): LimitReached | undefined } {
    const counters = countersOf(limits.groups ?? []);
    const watched: Watched = { root, limits, counters, onOver, disk: undefined, over: undefined };
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => void this.#look(), LOOK_MS).unref();
    return {
      end: () => {
        this.#watched.delete(watched);
        if (this.#watched.size === 0) {
          clearInterval(this.#timer);
          this.#timer = undefined;
        }
        return watched.over ?? noticedByKernel(watched);
      },
    };
  }

  /** Others get their turn between two trees: a hundred of them are many files to read. */
  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    this.#looks += 1;
    try {
      // With too many open files nothing can be seen; the next look sees as much.
      const trees = new Trees(await this.#table.uses().catch(() => []));
      for (const watched of [...this.#watched]) {
        this.#judge(watched, trees);
        await nextTurn();
      }
    } finally {
      this.#looking = false;
    }
  }

  #judge(watched: Watched, trees: Trees): void {
    if (watched.over !== undefined || !this.#watched.has(watched)) return;
    const members = trees.membersOf(watched.root);
    const over = this.#overIn(members, watched.limits) ?? noticedByKernel(watched);
    if (over !== undefined) this.#end(watched, over);
    else if (this.#looks % DISK_LOOKS === 0) void this.#lookAtDisk(watched);
  }

  #overIn(members: readonly ProcessUse[], limits: ResourceLimits): LimitReached | undefined {
    const count = members.length;
    if (count > limits.processes) return { name: "processes", most: limits.processes, found: count };
    const cpu = Math.round(members.reduce((sum, one) => sum + one.cpuSecs, 0));
    if (cpu > limits.cpuSecs) return { name: "cpu", most: limits.cpuSecs, found: cpu };
    // What is shared is counted once for each; only when that is too much is it worth asking for each one's own.
    const resident = members.reduce((sum, one) => sum + one.residentBytes, 0);
    if (resident <= limits.memoryBytes) return undefined;
    const memory = members.reduce((sum, one) => sum + this.#table.ownMemory(one.pid), 0);
    if (memory > limits.memoryBytes) return { name: "memory", most: limits.memoryBytes, found: memory };
    return undefined;
  }

  #end(watched: Watched, over: LimitReached): void {
    watched.over = over;
    watched.onOver(over);
  }

  async #lookAtDisk(watched: Watched): Promise<void> {
    const { disk } = watched.limits;
    if (disk === undefined || watched.disk?.measuring === true) return;
    const system = await statfs(disk.path).catch(() => undefined);
    if (system === undefined) return;
    const used = (system.blocks - system.bfree) * system.bsize;
    if (watched.disk !== undefined && used - watched.disk.used < disk.bytes / DISK_SHARE) return;
    watched.disk = { used, measuring: true };
    const found = await treeBytes(disk.path, disk.bytes);
    watched.disk = { used, measuring: false };
    if (found > disk.bytes && watched.over === undefined)
      this.#end(watched, { name: "disk", most: disk.bytes, found });
  }
}

/** What a program ran into, with the setting that raises it. */
export function limitWords({ name, most, found }: LimitReached): string {
  const [what, setting, unit] = {
    memory: ["memory", "memory_bytes", "bytes"],
    processes: ["processes", "processes", "processes"],
    cpu: ["processor time", "cpu_secs", "seconds"],
    disk: ["disk space in its workspace", "disk_bytes", "bytes"],
  }[name];
  return `It used too much ${what}: ${found} of at most ${most} ${unit}, and was ended. The operator raises it with sandbox.limits.${setting}.`;
}

/** All processes of one look, by what makes them part of a tree. */
class Trees {
  readonly #byParent: ReadonlyMap<number, readonly ProcessUse[]>;
  readonly #byHead = new Map<number, Set<ProcessUse>>();

  constructor(entries: readonly ProcessUse[]) {
    this.#byParent = Map.groupBy(entries, ({ ppid }) => ppid);
    for (const entry of entries)
      for (const head of [entry.pid, entry.pgrp, entry.session])
        this.#byHead.set(head, (this.#byHead.get(head) ?? new Set()).add(entry));
  }

  /** The root, its group, its session, and everything below them. */
  membersOf({ pid }: TreeRoot): readonly ProcessUse[] {
    const members = new Set(this.#byHead.get(pid));
    for (const one of members) for (const child of this.#byParent.get(one.pid) ?? []) members.add(child);
    return [...members];
  }
}

/** A number in a file of a control group that says how often the kernel stopped something. */
interface Counter {
  readonly of: "processes" | "memory";
  readonly file: string;
  readonly pattern: RegExp;
}

/** Version 1 and 2 name them in different files; those that are there are read at each look. */
function countersOf(groups: readonly string[]): Counter[] {
  const all = groups.flatMap((group): Counter[] => [
    { of: "processes", file: join(group, "pids.events"), pattern: /^max (\d+)$/m },
    { of: "memory", file: join(group, "memory.events"), pattern: /^oom_kill (\d+)$/m },
    { of: "memory", file: join(group, "memory.oom_control"), pattern: /^oom_kill (\d+)$/m },
  ]);
  return all.filter(({ file }) => existsSync(file));
}

/** What control groups refused or killed for. */
function noticedByKernel({ counters, limits }: Watched): LimitReached | undefined {
  const counter = counters.find((one) => seen(one) > 0);
  if (counter === undefined) return undefined;
  const most = counter.of === "processes" ? limits.processes : limits.memoryBytes;
  return { name: counter.of, most, found: most };
}

function seen({ file, pattern }: Counter): number {
  try {
    return Number(pattern.exec(readFileSync(file, "latin1"))?.[1] ?? 0);
  } catch {
    // The group is gone.
    return 0;
  }
}

/** What a directory holds on the disk, or somewhat more than `most` once it is more. */
async function treeBytes(dir: string, most: number): Promise<number> {
  let bytes = 0;
  let entries = 0;
  const waiting = [dir];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = await opendir(next).catch(() => undefined);
    if (folder === undefined) continue;
    for await (const entry of folder) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) waiting.push(path);
      else bytes += ((await lstat(path).catch(() => undefined))?.blocks ?? 0) * 512;
      entries += 1;
      if (bytes > most) return bytes;
      if (entries > MOST_ENTRIES) return bytes;
    }
  }
  return bytes;
}
