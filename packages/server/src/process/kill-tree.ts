import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessEntry, ProcessTable } from "./process-table.ts";

/** The tree of one started program, as far as it can be recognised. */
export interface TreeRoot {
  readonly pid: number;
  readonly startTime: string;
  /** HARNESS_OWNER of this very start; no other start has it. */
  readonly mark: string;
}

/** How long a sweep goes on before it gives up on processes that do not die (uninterruptible sleep). */
const SWEEP_LIMIT_MS = 5_000;
const SWEEP_PAUSE_MS = 20;

/**
 * The processes of a tree: those that carry its mark in the environment (also after `setsid`), those in its group
 * or session, and everything below them. A process that clears its environment, leaves the session and outlives
 * its parent is not recognised; a PID namespace (the sandbox) holds that one too.
 */
export function membersOf(root: TreeRoot, entries: readonly ProcessEntry[]): ProcessEntry[] {
  return closure(entries, (entry) => entry.owner === root.mark || inGroup(root, entry));
}

/** The chosen processes and all their descendants, without ourselves and those below us. */
export function closure(
  entries: readonly ProcessEntry[],
  chosen: (entry: ProcessEntry) => boolean,
): ProcessEntry[] {
  const members = new Map<number, ProcessEntry>();
  const others = entries.filter((entry) => entry.pid !== process.pid);
  for (const entry of others) if (chosen(entry)) members.set(entry.pid, entry);
  for (let before = -1; before !== members.size; ) {
    before = members.size;
    for (const entry of others) if (members.has(entry.ppid)) members.set(entry.pid, entry);
  }
  return [...members.values()];
}

function inGroup(root: TreeRoot, entry: ProcessEntry): boolean {
  if (entry.pgrp !== root.pid && entry.session !== root.pid) return false;
  // A group number used again after all of ours had left it belongs to someone who started later.
  return Number.isNaN(Number(root.startTime)) || Number(entry.startTime) >= Number(root.startTime);
}

/** Programs that only hold a PID namespace open around the real program (see the sandbox folder). */
const WRAPPERS: ReadonlySet<string> = new Set(["bwrap", "setpriv", "unshare"]);
/** The same inside of another sandbox: srt's filter of system calls, and what starts srt. */
const INNER_WRAPPERS: ReadonlySet<string> = new Set([...WRAPPERS, "apply-seccomp", "harness-srt"]);

/**
 * Asks the program to stop. When it runs in a sandbox the signal goes to the programs inside and not to the wrapper
 * around them: a wrapper that dies takes the namespace with it, and nothing in it could stop gracefully. Returns
 * false when a wrapper is there but no program in it yet, so that the caller asks again.
 */
export function askToStop(root: TreeRoot, table: ProcessTable, members: readonly ProcessEntry[]): boolean {
  const leader = members.find((entry) => entry.pid === root.pid);
  if (leader === undefined || !WRAPPERS.has(leader.name)) {
    signal(-root.pid, "SIGTERM");
    for (const entry of members) if (entry.pgrp !== root.pid) signal(entry.pid, "SIGTERM");
    return true;
  }
  const programs = members.filter(
    (entry) => table.place(entry.pid) === "inner" && !INNER_WRAPPERS.has(entry.name),
  );
  for (const entry of programs) signal(entry.pid, "SIGTERM");
  return programs.length > 0;
}

/**
 * Kills what `find` finds until it finds nothing. Returns how many different processes were killed, and those left.
 * What started before `marksSince` is not looked at for its marks.
 */
export async function sweep(
  table: ProcessTable,
  find: (entries: readonly ProcessEntry[]) => ProcessEntry[],
  marksSince?: string,
): Promise<{ killed: ProcessEntry[]; left: ProcessEntry[] }> {
  const killed = new Map<string, ProcessEntry>();
  const deadline = performance.now() + SWEEP_LIMIT_MS;
  for (;;) {
    const left = find(await table.list(marksSince));
    for (const entry of left) {
      // Looked at again right before the kill: the scan took milliseconds, and pids are used again.
      if (table.startTime(entry.pid) !== entry.startTime) continue;
      if (signal(entry.pid, "SIGKILL")) killed.set(`${entry.pid} ${entry.startTime}`, entry);
    }
    if (left.length === 0 || performance.now() > deadline) return { killed: [...killed.values()], left };
    await sleep(SWEEP_PAUSE_MS);
  }
}

/** Sends a signal, or with 0 only looks; false when nobody was there to take it. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
