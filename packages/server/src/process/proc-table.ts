import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ProcFiles } from "./proc-files.ts";
import type { ProcessEntry, ProcessTable, ProcessUse } from "./process-table.ts";

/** How long one slice of a scan may hold the event loop. */
const SLICE_MS = 4;
/** Bytes of a page of memory. */
const PAGE = 4096;

/** A scan that has been asked for. */
interface Scan {
  /** Environments of processes that started before this moment, in ticks since the boot, are not needed. */
  marksSince: number;
  readonly entries: Promise<ProcessEntry[]>;
}

/** Linux: reads /proc. */
export class ProcTable implements ProcessTable {
  readonly #files = new ProcFiles();
  #scanning: Scan | undefined;
  #next: Scan | undefined;

  bootId(): string {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  }

  startTime(pid: number): string | undefined {
    return this.#stat(pid)?.startTime;
  }

  /**
   * Whoever asks gets a scan that begins after the question. One scan runs at a time and all who asked during it
   * share the next: when a server stops, twenty trees are swept at once.
   */
  list(marksSince = "0"): Promise<ProcessEntry[]> {
    const since = Number(marksSince) || 0;
    if (this.#scanning === undefined) return this.#begin(since);
    if (this.#next === undefined) {
      const entries = this.#scanning.entries
        .catch(() => [])
        .then(() => {
          const { marksSince } = this.#next!;
          this.#next = undefined;
          return this.#begin(marksSince);
        });
      this.#next = { marksSince: since, entries };
    }
    this.#next.marksSince = Math.min(this.#next.marksSince, since);
    return this.#next.entries;
  }

  #begin(marksSince: number): Promise<ProcessEntry[]> {
    const entries = this.#scan(marksSince).finally(() => {
      this.#scanning = undefined;
    });
    this.#scanning = { marksSince, entries };
    return entries;
  }

  #scan(marksSince: number): Promise<ProcessEntry[]> {
    return forEachProcess((pid) => {
      const stat = this.#stat(pid);
      if (stat === undefined) return undefined;
      const marks = Number(stat.startTime) < marksSince ? NO_MARKS : this.#marks(pid);
      return { ...stat, ...marks };
    });
  }

  uses(): Promise<ProcessUse[]> {
    return forEachProcess((pid) => readUse(pid, this.#files.read(`/proc/${pid}/stat`)));
  }

  ownMemory(pid: number): number {
    const statm = this.#files.read(`/proc/${pid}/statm`)?.toString("latin1") ?? "";
    const [, resident = 0, shared = 0] = statm.split(" ").map(Number);
    return (resident - shared) * PAGE;
  }

  place(pid: number): "host" | "init" | "inner" {
    const status = this.#files.read(`/proc/${pid}/status`)?.toString("latin1");
    const ids = status?.match(/^NSpid:\s*(.*)$/m)?.[1]?.split(/\s+/) ?? [];
    if (ids.length < 2) return "host";
    return ids.at(-1) === "1" ? "init" : "inner";
  }

  outputs(pid: number): string[] {
    return [1, 2].flatMap((fd) => linkTarget(`/proc/${pid}/fd/${fd}`));
  }

  async holders(outputs: readonly string[]): Promise<ProcessEntry[]> {
    const entries = await this.list();
    return entries.filter((entry) => openFiles(entry.pid).some((file) => outputs.includes(file)));
  }

  #stat(pid: number): Omit<ProcessEntry, "cookie" | "owner"> | undefined {
    return readStat(pid, this.#files.read(`/proc/${pid}/stat`));
  }

  #marks(pid: number): Marks {
    const environ = this.#files.read(`/proc/${pid}/environ`);
    return { cookie: variable(environ, "HARNESS_RUN="), owner: variable(environ, "HARNESS_OWNER=") };
  }
}

type Marks = Pick<ProcessEntry, "cookie" | "owner">;
const NO_MARKS: Marks = { cookie: undefined, owner: undefined };

/** Reads something of every process, in slices, so that others get their turn. */
async function forEachProcess<T>(read: (pid: number) => T | undefined): Promise<T[]> {
  const found: T[] = [];
  let sliceStart = performance.now();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const one = read(pid);
    if (one !== undefined) found.push(one);
    if (performance.now() - sliceStart > SLICE_MS) {
      await nextTurn();
      sliceStart = performance.now();
    }
  }
  return found;
}

/** The names ("socket:[4711]") of open files; nothing for a process that is gone or not ours. */
function openFiles(pid: number): string[] {
  try {
    const dir = `/proc/${pid}/fd`;
    return readdirSync(dir).flatMap((fd) => linkTarget(`${dir}/${fd}`));
  } catch {
    return [];
  }
}

function linkTarget(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}

function readStat(
  pid: number,
  bytes: Buffer | undefined,
): Omit<ProcessEntry, "cookie" | "owner"> | undefined {
  const stat = bytes?.toString("latin1");
  if (stat === undefined) return undefined;
  // The name is in brackets and may itself hold brackets and blanks: fields are counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, ppid, pgrp, session] = fields;
  const startTime = fields[19];
  if (startTime === undefined || state === "Z" || state === "X") return undefined;
  const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
  return { pid, ppid: Number(ppid), pgrp: Number(pgrp), session: Number(session), name, startTime };
}

/** Ticks of the processor's clock a second: 100 on every Linux there is. */
const TICKS = 100;

function readUse(pid: number, bytes: Buffer | undefined): ProcessUse | undefined {
  const stat = bytes?.toString("latin1");
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  const at = (index: number) => Number(fields[index]);
  const cpuSecs = (at(11) + at(12) + at(13) + at(14)) / TICKS;
  return { pid, ppid: at(1), pgrp: at(2), session: at(3), cpuSecs, residentBytes: at(21) * PAGE };
}

function variable(environ: Buffer | undefined, name: string): string | undefined {
  if (environ === undefined) return undefined;
  let at = environ.indexOf(name, 0, "latin1");
  while (at > 0 && environ[at - 1] !== 0) at = environ.indexOf(name, at + 1, "latin1");
  if (at === -1) return undefined;
  const end = environ.indexOf(0, at);
  return environ.toString("utf8", at + name.length, end === -1 ? environ.length : end);
}
