import { accessSync, constants, type Dirent, readdirSync, statSync } from "node:fs";
import { lstat, readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isInside } from "./paths.ts";

/** Directories every program needs. Some are symlinks on some systems, and stay symlinks inside. */
const SYSTEM = [
  "/usr",
  "/bin",
  "/sbin",
  "/lib",
  "/lib32",
  "/lib64",
  "/libx32",
  "/etc",
  "/opt",
  "/nix/store",
  "/run/current-system",
];

/** A system path as it is on this machine. */
export type SystemPath =
  /** `own`: our runtime, which is needed even if it lies in a hidden path (a repository that carries its Node). */
  | { readonly kind: "directory"; readonly path: string; readonly own: boolean }
  | { readonly kind: "symlink"; readonly path: string; readonly to: string };

/** The system directories of this machine, where the running Node.js lives, and what else is of our own runtime. */
export async function systemPaths(execPath: string, runtime: readonly string[] = []): Promise<SystemPath[]> {
  const found = await Promise.all(SYSTEM.map(describe));
  const system = found.filter((path) => path !== undefined);
  const node = [...(await nodePaths(execPath)), ...(await ownPaths(runtime))].filter(
    ({ path }) => !system.some((other) => other.kind === "directory" && isInside(other.path, path)),
  );
  return [...system, ...node];
}

async function describe(path: string): Promise<SystemPath | undefined> {
  try {
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) return { kind: "symlink", path, to: await readlink(path) };
    return stats.isDirectory() ? { kind: "directory", path, own: false } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Node's programs and its globally installed packages. Not the whole install prefix: that may be ~/.local, where
 * also key rings and our own data live.
 */
async function nodePaths(execPath: string): Promise<SystemPath[]> {
  const bin = dirname(await realpath(execPath));
  const modules = join(dirname(bin), "lib", "node_modules");
  const paths = basename(bin) === "bin" ? [bin, modules] : [bin];
  return ownPaths(paths);
}

async function ownPaths(paths: readonly string[]): Promise<SystemPath[]> {
  const found = await Promise.all(paths.map(describe));
  return found.flatMap((path) => (path?.kind === "directory" ? [{ ...path, own: true }] : []));
}

/**
 * Files that /etc names but that lie elsewhere. `resolv.conf` is often a link into /run, and without it no name
 * is found.
 */
export async function linkedSystemFiles(): Promise<string[]> {
  try {
    const target = await realpath("/etc/resolv.conf");
    return target.startsWith("/etc/") ? [] : [target];
  } catch {
    return [];
  }
}

/** How long the walk below may hold the event loop. */
const SLICE_MS = 4;

/**
 * What under /etc is not meant for everybody (shadow, private keys, sudoers) but that this user, root above all,
 * could read. A sandboxed program must not. It is looked at anew for each program, in slices: a thousand files asked
 * for one at a time cost a fifth of what promises of them do.
 */
export async function privateSystemFiles(root = "/etc"): Promise<string[]> {
  const found: string[] = [];
  const waiting = [root];
  let sliceStart = performance.now();
  for (let dir = waiting.pop(); dir !== undefined; dir = waiting.pop()) {
    for (const entry of entriesOf(dir)) {
      const path = join(dir, entry.name);
      const access = accessOf(path, entry);
      if (access === "ours") found.push(path);
      if (access === "everybody" && entry.isDirectory()) waiting.push(path);
    }
    if (performance.now() - sliceStart < SLICE_MS) continue;
    await nextTurn();
    sliceStart = performance.now();
  }
  return found;
}

function entriesOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Who may read it: everybody, only some and we are among them, or not we. Links and devices are nobody's here. */
function accessOf(path: string, entry: Dirent): "everybody" | "ours" | "none" {
  if (!entry.isFile() && !entry.isDirectory()) return "none";
  try {
    const { mode } = statSync(path);
    if ((mode & (entry.isDirectory() ? 0o005 : 0o004)) !== 0) return "everybody";
    accessSync(path, constants.R_OK);
    return "ours";
  } catch {
    return "none";
  }
}

/** A part of /proc that is not of one process. */
export interface MachineWideFile {
  readonly path: string;
  readonly file: boolean;
}

/**
 * What in /proc changes the machine when written. The kernel asks only for user id 0 there, not for a capability,
 * so a program of root's must get it read-only: `kernel.core_pattern` is a command the kernel runs as root.
 * Bubblewrap covers only some of it.
 */
export async function machineWideFiles(): Promise<MachineWideFile[]> {
  const names = ["sys", "sysrq-trigger", "irq", "bus", "acpi", "scsi", "fs"];
  const found = await Promise.all(
    names.map(async (name): Promise<MachineWideFile[]> => {
      const path = `/proc/${name}`;
      const stats = await stat(path).catch(() => undefined);
      return stats === undefined ? [] : [{ path, file: !stats.isDirectory() }];
    }),
  );
  return found.flat();
}
