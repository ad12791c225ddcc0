import { execFile, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import type { ProcessUse } from "./resource-watch.ts";

/** What is known of one process of this machine. */
export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  readonly session: number;
  /** The program's name as the system keeps it, cut to 15 characters on Linux. */
  readonly name: string;
  /** Together with the pid and the boot, names a process for ever: pids are used again, this pair is not. */
  readonly startTime: string;
  /** HARNESS_RUN of its environment. */
  readonly cookie: string | undefined;
  /** HARNESS_OWNER of its environment. */
  readonly owner: string | undefined;
}

/** What the system says about its processes. */
export interface ProcessTable {
  /** Changes with every start of the machine. */
  bootId(): string;
  /** Undefined when there is no such process, or only its zombie. */
  startTime(pid: number): string | undefined;
  /** What all processes use, as far as it is cheap to know; nothing where it is not. */
  uses(): ProcessUse[];
  /** All processes we may look at, zombies left out. */
  list(): Promise<ProcessEntry[]>;
  /** "inner": a program in a PID namespace below ours. "init": the first process of one. "host": neither. */
  place(pid: number): "host" | "init" | "inner";
  /** What the process's standard output and error are connected to, as names that `holders` finds again. */
  outputs(pid: number): string[];
  /** Those processes that have one of these outputs open. */
  holders(outputs: readonly string[]): Promise<ProcessEntry[]>;
}

/** The process table of this platform. */
export function createProcessTable(platform: NodeJS.Platform): ProcessTable {
  return platform === "linux" ? new ProcTable() : new PsTable();
}

/** How long one slice of a scan may hold the event loop. */
const SLICE_MS = 4;

/** Linux: reads /proc. */
class ProcTable implements ProcessTable {
  #scanning: Promise<ProcessEntry[]> | undefined;
  #next: Promise<ProcessEntry[]> | undefined;

  bootId(): string {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  }

  startTime(pid: number): string | undefined {
    return readStat(pid)?.startTime;
  }

  /**
   * Whoever asks gets a scan that begins after the question. One scan runs at a time and all who asked during it
   * share the next: when a server stops, twenty trees are swept at once.
   */
  list(): Promise<ProcessEntry[]> {
    if (this.#scanning === undefined) return this.#begin();
    this.#next ??= this.#scanning
      .catch(() => [])
      .then(() => {
        this.#next = undefined;
        return this.#begin();
      });
    return this.#next;
  }

  #begin(): Promise<ProcessEntry[]> {
    this.#scanning = this.#scan().finally(() => {
      this.#scanning = undefined;
    });
    return this.#scanning;
  }

  async #scan(): Promise<ProcessEntry[]> {
    const entries: ProcessEntry[] = [];
    let sliceStart = performance.now();
    for (const name of readdirSync("/proc")) {
      const pid = Number(name);
      if (!Number.isInteger(pid)) continue;
      const stat = readStat(pid);
      if (stat !== undefined) entries.push({ ...stat, ...readMarks(pid) });
      if (performance.now() - sliceStart > SLICE_MS) {
        await nextTurn();
        sliceStart = performance.now();
      }
    }
    return entries;
  }

  uses(): ProcessUse[] {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? (readUse(Number(name)) ?? []) : []));
  }

  place(pid: number): "host" | "init" | "inner" {
    const status = readIfThere(`/proc/${pid}/status`)?.toString("latin1");
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

function readStat(pid: number): Omit<ProcessEntry, "cookie" | "owner"> | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`)?.toString("latin1");
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

function readUse(pid: number): ProcessUse | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`)?.toString("latin1");
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  const at = (index: number) => Number(fields[index]);
  const cpuSecs = (at(11) + at(12) + at(13) + at(14)) / TICKS;
  return { pid, ppid: at(1), pgrp: at(2), session: at(3), cpuSecs };
}

function readMarks(pid: number): { cookie: string | undefined; owner: string | undefined } {
  const environ = readIfThere(`/proc/${pid}/environ`);
  return { cookie: variable(environ, "HARNESS_RUN="), owner: variable(environ, "HARNESS_OWNER=") };
}

function variable(environ: Buffer | undefined, name: string): string | undefined {
  if (environ === undefined) return undefined;
  let at = environ.indexOf(name, 0, "latin1");
  while (at > 0 && environ[at - 1] !== 0) at = environ.indexOf(name, at + 1, "latin1");
  if (at === -1) return undefined;
  const end = environ.indexOf(0, at);
  return environ.toString("utf8", at + name.length, end === -1 ? environ.length : end);
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    // Gone meanwhile, or not ours to read: for a scan both mean "not one of ours".
    return undefined;
  }
}

const run = promisify(execFile);

/** macOS and the rest: asks `ps`. Start times are exact to the second; there are no PID namespaces. */
class PsTable implements ProcessTable {
  bootId(): string {
    return spawnSync("sysctl", ["-n", "kern.bootsessionuuid"], { encoding: "utf8" }).stdout?.trim() ?? "";
  }

  startTime(pid: number): string | undefined {
    const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return stdout?.trim() || undefined;
  }

  async list(): Promise<ProcessEntry[]> {
    const options = { maxBuffer: 64 * 1024 * 1024 };
    const format = "pid=,ppid=,pgid=,sess=,stat=,lstart=,command=";
    const { stdout } = await run("ps", ["-axEww", "-o", format], options);
    return stdout.split("\n").flatMap((line) => parsePsLine(line) ?? []);
  }

  uses(): ProcessUse[] {
    return [];
  }

  place(): "host" {
    return "host";
  }

  outputs(): string[] {
    return [];
  }

  async holders(): Promise<ProcessEntry[]> {
    return [];
  }
}

/** One line of `ps -axEww`: numbers, state, five words of start time, the command followed by its environment. */
export function parsePsLine(line: string): ProcessEntry | undefined {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+((?:\S+\s+){4}\S+)\s+(.*)$/.exec(line);
  if (match === null) return undefined;
  const [, pid, ppid, pgrp, , state, startTime, rest] = match;
  if (state?.startsWith("Z")) return undefined;
  const cookie = / HARNESS_RUN=(\S+)/.exec(rest!)?.[1];
  const owner = / HARNESS_OWNER=(\S+)/.exec(rest!)?.[1];
  return {
    pid: Number(pid),
    ppid: Number(ppid),
    pgrp: Number(pgrp),
    session: Number(pgrp),
    name: rest!.split(" ")[0]!.split("/").at(-1)!,
    startTime: startTime!.replace(/\s+/g, " "),
    cookie,
    owner,
  };
}
