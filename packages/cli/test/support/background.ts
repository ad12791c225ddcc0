import { readdirSync, readFileSync } from "node:fs";
import { type Machine, machine, type Process } from "./installed.ts";

/** A machine on which a server may run in the background; nothing of it is left at the end. */
export interface BackgroundMachine extends Machine {
  harness(...argv: string[]): Process["ended"];
  /** The answer of a command with --json. */
  json(...argv: string[]): Promise<Record<string, unknown>>;
  /** What runs with this machine's data directory. */
  processes(): { readonly pid: number; readonly command: string }[];
}

/** Builds one; what still runs at the end is killed. */
export function backgroundMachine(
  agents: Parameters<typeof machine>[0] = {},
  env: Record<string, string> = {},
): BackgroundMachine {
  const at = machine(agents, { HARNESS_UP_KEEP_AWAKE: "false", ...env });
  const harness = (...argv: string[]) => at.run(at.dir, ...argv);
  const processes = () => processesOf(at.path("data"));
  return {
    ...at,
    harness,
    processes,
    async json(...argv) {
      const { out, err } = await harness(...argv, "--json");
      if (out === "") throw new Error(`harness ${argv.join(" ")} wrote nothing:\n${err}`);
      const value: unknown = JSON.parse(out);
      return value as Record<string, unknown>;
    },
    async [Symbol.asyncDispose]() {
      for (const { pid } of processes()) kill(pid, "SIGKILL");
      await until(() => processes().length === 0);
      await at[Symbol.asyncDispose]();
    },
  };
}

/** Processes of `harness` that name the data directory on their command line. */
function processesOf(dataDir: string): { pid: number; command: string }[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const words = readOrEmpty(`/proc/${name}/cmdline`).split("\0");
    const command = words.find((word) => word === "supervise" || word === "serve");
    return command !== undefined && words.includes(dataDir) ? [{ pid: Number(name), command }] : [];
  });
}

/** The session of a process, from /proc. */
export function sessionOf(pid: number): number {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]);
}

/** Sends a signal; a process that is gone is all right. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone.
  }
}

/** Longer than anything takes: a wait that fails must leave time to end the server in the background. */
const PATIENCE_MS = 40_000;

/** Looks until something is so. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`It did not become so: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
