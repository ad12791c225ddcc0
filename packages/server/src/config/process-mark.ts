import { readFileSync, readlinkSync } from "node:fs";
import os from "node:os";
import { z } from "zod";

/** What identifies a process beyond its number, which the system gives to others later. */
export const ProcessMark = z.object({
  pid: z.number().int(),
  /** Start time in clock ticks after boot; null where the system has no /proc. */
  start_ticks: z.string().nullable(),
  boot_id: z.string().nullable(),
  /** The PID namespace the number counts in; null where there are none. */
  pid_namespace: z.string().nullable(),
  host: z.string(),
});
export type ProcessMark = z.infer<typeof ProcessMark>;

/** The mark of this process. */
export function ownMark(): ProcessMark {
  return markOf(process.pid);
}

/** The mark of a process of this machine. */
export function markOf(pid: number): ProcessMark {
  return {
    pid,
    start_ticks: startTicks(pid),
    boot_id: readText("/proc/sys/kernel/random/boot_id"),
    pid_namespace: readLink("/proc/self/ns/pid"),
    host: os.hostname(),
  };
}

/** Whether the process of a mark lives. `elsewhere` means that it cannot be seen from here: another machine or container. */
export function liveness(mark: ProcessMark): "alive" | "dead" | "elsewhere" {
  const own = ownMark();
  const sameKernel = mark.boot_id === own.boot_id;
  if (!sameKernel && mark.host === own.host) return "dead";
  if (!sameKernel || mark.pid_namespace !== own.pid_namespace) return "elsewhere";
  const ticks = startTicks(mark.pid);
  if (own.start_ticks !== null) return ticks !== null && ticks === mark.start_ticks ? "alive" : "dead";
  try {
    process.kill(mark.pid, 0);
    return "alive";
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM" ? "alive" : "dead";
  }
}

/** Field 22 of /proc/PID/stat, counted after the name, which may hold spaces and brackets. A zombie has ended. */
function startTicks(pid: number): string | null {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? null : (fields[19] ?? null);
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return null;
  }
}

function readLink(file: string): string | null {
  try {
    return readlinkSync(file);
  } catch {
    return null;
  }
}
