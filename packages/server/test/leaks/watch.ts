import { lstatSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** What was seen of a server's processes while it worked. */
export interface Sightings extends Disposable {
  /** Arguments of the server and everything it started. */
  readonly commands: Set<string>;
  /** Environments of everything it started. */
  readonly environments: Set<string>;
}

/** Looks again and again at the server's process and all below it. */
export function watchProcesses(serverPid: number): Sightings {
  const commands = new Set<string>();
  const environments = new Set<string>();
  const timer = setInterval(() => {
    const children = childrenByParent();
    const queue = [serverPid];
    for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
      queue.push(...(children.get(pid) ?? []));
      const command = read(`/proc/${pid}/cmdline`);
      commands.add(command);
      // A process that has not become its program yet is still the server's image, with its arguments and environment.
      if (command !== read(`/proc/${serverPid}/cmdline`)) environments.add(read(`/proc/${pid}/environ`));
    }
  }, 20);
  return { commands, environments, [Symbol.dispose]: () => clearInterval(timer) };
}

function childrenByParent(): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(/\) \S (\d+)/.exec(read(`/proc/${name}/stat`))?.[1]);
    found.set(parent, [...(found.get(parent) ?? []), Number(name)]);
  }
  return found;
}

function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    // It ended while we looked.
    return "";
  }
}

/** One file or directory below another. */
export interface Found {
  readonly path: string;
  readonly directory: boolean;
  /** Whether anybody but its owner may do anything with it. */
  readonly open: boolean;
}

/** Everything below a directory; links are not followed. */
export function walk(root: string): Found[] {
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => {
      const at = path.join(entry.parentPath, entry.name);
      return { path: at, directory: entry.isDirectory(), open: (lstatSync(at).mode & 0o077) !== 0 };
    });
}
