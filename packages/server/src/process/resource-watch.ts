import { readFileSync } from "node:fs";
import { lstat, opendir, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { TreeRoot } from "./kill-tree.ts";
import type { ProcessTable } from "./process-table.ts";
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

  constructor(table: ProcessTable) {
    this.#table = table;
  }

  /** Begins to watch a tree. `end` stops that and says what was reached, also what only the kernel noticed. */
  watch(
    root: TreeRoot,
    limits: ResourceLimits,
    onOver: (over: LimitReached) => void,
  ): { end(): LimitReached | undefined } {
    const watched: Watched = { root, limits, onOver, disk: undefined, over: undefined };
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
    return {
      end: () => {
        this.#watched.delete(watched);
        if (this.#watched.size === 0) {
          clearInterval(this.#timer);
          this.#timer = undefined;
        }
        return watched.over ?? noticedByKernel(limits);
      },
    };
  }

  #look(): void {
    this.#looks += 1;
    const entries = this.#table.uses();
    for (const watched of this.#watched) {
      if (watched.over !== undefined) continue;
      const over = judge(watched, entries) ?? noticedByKernel(watched.limits);
      if (over !== undefined) this.#end(watched, over);
      else if (this.#looks % DISK_LOOKS === 0) void this.#lookAtDisk(watched);
    }
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

/** What one process uses. */
export interface ProcessUse {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  readonly session: number;
  readonly cpuSecs: number;
}

function judge({ root, limits }: Watched, entries: readonly ProcessUse[]): LimitReached | undefined {
  const members = membersOf(root, entries);
  const count = members.length;
  if (count > limits.processes) return { name: "processes", most: limits.processes, found: count };
  const cpu = Math.round(members.reduce((sum, one) => sum + one.cpuSecs, 0));
  if (cpu > limits.cpuSecs) return { name: "cpu", most: limits.cpuSecs, found: cpu };
  const memory = members.reduce((sum, one) => sum + ownMemory(one.pid), 0);
  if (memory > limits.memoryBytes) return { name: "memory", most: limits.memoryBytes, found: memory };
  return undefined;
}

function membersOf(root: TreeRoot, entries: readonly ProcessUse[]): ProcessUse[] {
  const byParent = Map.groupBy(entries, ({ ppid }) => ppid);
  const members = new Map<number, ProcessUse>();
  const waiting = entries.filter(({ pid, pgrp, session }) => [pid, pgrp, session].includes(root.pid));
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (members.has(one.pid)) continue;
    members.set(one.pid, one);
    waiting.push(...(byParent.get(one.pid) ?? []));
  }
  return [...members.values()];
}

/** Memory no other program shares, in bytes. */
function ownMemory(pid: number): number {
  try {
    const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, "latin1").split(" ").map(Number);
    return (resident - shared) * 4096;
  } catch {
    return 0;
  }
}

/** What control groups refused or killed for. Version 1 and 2 name it in different files. */
function noticedByKernel({ groups, processes, memoryBytes }: ResourceLimits): LimitReached | undefined {
  for (const group of groups ?? []) {
    if (counter(group, "pids.events", "max") > 0)
      return { name: "processes", most: processes, found: processes };
    const killed =
      counter(group, "memory.events", "oom_kill") + counter(group, "memory.oom_control", "oom_kill");
    if (killed > 0) return { name: "memory", most: memoryBytes, found: memoryBytes };
  }
  return undefined;
}

function counter(group: string, file: string, name: string): number {
  try {
    const text = readFileSync(join(group, file), "latin1");
    return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  } catch {
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
