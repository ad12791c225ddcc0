import { release } from "node:os";
import { join } from "node:path";
import { HarnessError } from "@harness/protocol";
import type { ResourceLimits } from "../process/index.ts";
import type { ProbeProgram } from "./probe.ts";
import type { SandboxSpec, Wrapped } from "./types.ts";

/** What one run of a program may use at most, all its processes together. */
export interface RunLimits {
  readonly processes: number;
  readonly memoryBytes: number;
  readonly cpuSecs: number;
  /** What the workspace may hold, and the largest file. */
  readonly diskBytes: number;
  /** What each private directory (HOME, /tmp) may hold; they live in memory. */
  readonly tmpBytes: number;
}

/** Unless the operator says otherwise: enough for a large build, too little to take a machine down. */
export const DEFAULT_LIMITS: RunLimits = {
  processes: 4096,
  memoryBytes: 8 * 1024 ** 3,
  cpuSecs: 86_400,
  diskBytes: 20 * 1024 ** 3,
  tmpBytes: 2 * 1024 ** 3,
};

const PRLIMIT = ["/usr/bin/prlimit", "/bin/prlimit", "/run/current-system/sw/bin/prlimit"];
/** A process can only put itself into a group before it becomes the program. */
const DIRECTORIES = ["/usr/bin", "/bin", "/run/current-system/sw/bin"];
/** The text is constant and nothing of the caller's is read as shell: $1 the groups, a line each, then the program. */
const ENTER = 'for g in $1; do echo 0 > "$g/cgroup.procs" || exit 125; done; shift; exec "$@"';

/** The program with the limits the kernel keeps of each of its processes, set from inside by `prlimit`. */
export async function withRlimits(
  program: ProbeProgram,
  limits: RunLimits,
  spec: SandboxSpec,
): Promise<SandboxSpec> {
  const prlimit = await program.find(PRLIMIT);
  if (prlimit === undefined) return spec;
  const args = [
    `--fsize=${limits.diskBytes}`,
    `--cpu=${limits.cpuSecs}`,
    "--core=0",
    ...(countsPerSandbox() ? [`--nproc=${limits.processes}`] : []),
    "--",
    spec.file,
    ...spec.args,
  ];
  return { ...spec, file: prlimit, args };
}

/**
 * Since Linux 5.14 a user namespace counts its own processes; before that the limit would count everything else this
 * user runs. It does not bind root at all.
 */
function countsPerSandbox(): boolean {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  return process.getuid?.() !== 0 && (major > 5 || (major === 5 && minor >= 14));
}

/** The wrapper, started inside its control groups. */
export async function inGroups(
  program: Pick<ProbeProgram, "find">,
  wrapped: Wrapped,
  groups: readonly string[],
): Promise<Wrapped> {
  if (groups.length === 0) return wrapped;
  const file = await program.find(DIRECTORIES.map((directory) => join(directory, "sh")));
  if (file === undefined) throw new HarnessError("internal", `There is no sh in ${DIRECTORIES.join(", ")}.`);
  const args = ["-c", ENTER, "sh", groups.join("\n"), wrapped.file, ...wrapped.args];
  return { ...wrapped, file, args };
}

/** What the runner watches. */
export function watchedLimits(
  limits: RunLimits,
  workspace: string,
  groups: readonly string[],
): ResourceLimits {
  const { processes, memoryBytes, cpuSecs, diskBytes } = limits;
  return { processes, memoryBytes, cpuSecs, disk: { path: workspace, bytes: diskBytes }, groups };
}
