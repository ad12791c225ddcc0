import { realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve } from "node:path";
import { HarnessError } from "@harness/protocol";

/** A path of the host in both of its forms: as it was named, and with every symlink followed. */
export interface HostPath {
  readonly named: string;
  readonly real: string;
}

/** The path's two forms, or undefined when nothing is there. */
export async function hostPath(path: string): Promise<HostPath | undefined> {
  if (!isAbsolute(path) || path.includes("\0") || resolve(path) === "/") {
    throw new HarnessError("internal", `A sandbox cannot show ${path}: it takes absolute paths below /.`, {
      got: path,
    });
  }
  try {
    return { named: resolve(path), real: await realpath(path) };
  } catch {
    return undefined;
  }
}

/** The paths that exist. */
export async function hostPaths(paths: readonly string[]): Promise<HostPath[]> {
  const found = await Promise.all(paths.map(hostPath));
  return found.filter((path) => path !== undefined);
}

/** True when `path` is `root` or lies below it. Compares whole names: `/w/1-evil` is not inside `/w/1`. */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root === "/" ? "/" : `${root}/`);
}

/** Where `path`, which lies inside `root`, lies when `root` is moved to `target`. */
export function moved(path: string, root: string, target: string): string {
  return resolve(target, relative(root, path));
}

/** How many names a path has. */
export function depth(path: string): number {
  return path.split("/").length;
}
