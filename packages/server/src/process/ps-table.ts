import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import type { ProcessEntry, ProcessTable, ProcessUse } from "./process-table.ts";

const run = promisify(execFile);

/** macOS and the rest: asks `ps`. Start times are exact to the second; there are no PID namespaces. */
export class PsTable implements ProcessTable {
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

  async uses(): Promise<ProcessUse[]> {
    return [];
  }

  ownMemory(): number {
    return 0;
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
