import { ProcTable } from "./proc-table.ts";
import { PsTable } from "./ps-table.ts";

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

/** What one process uses. */
export interface ProcessUse {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  readonly session: number;
  readonly cpuSecs: number;
  /** Memory in bytes, with what it shares with others. */
  readonly residentBytes: number;
}

/** What the system says about its processes. */
export interface ProcessTable {
  /** Changes with every start of the machine. */
  bootId(): string;
  /** Undefined when there is no such process, or only its zombie. */
  startTime(pid: number): string | undefined;
  /** What all processes use, as far as it is cheap to know; nothing where it is not. */
  uses(): Promise<ProcessUse[]>;
  /** Memory no other program shares, in bytes. */
  ownMemory(pid: number): number;
  /**
   * All processes we may look at, zombies left out. The environment of those that started before `marksSince` need
   * not be looked at.
   */
  list(marksSince?: string): Promise<ProcessEntry[]>;
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
