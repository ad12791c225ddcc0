import { readFile } from "node:fs/promises";

/** What podman asks for unless told otherwise. */
const MOST_FILES = 1_048_576;
const MOST_PROCESSES = 32_768;

/**
 * The limits of open files and processes to give a container: podman asks for its own, above those of this process,
 * and then it may not set them. Nothing where there is no /proc: there a machine of podman's own starts it.
 */
export async function ownRlimits(): Promise<string[]> {
  const text = await readFile("/proc/self/limits", "utf8").catch(() => "");
  return [
    ...limit(text, "Max open files", "nofile", MOST_FILES),
    ...limit(text, "Max processes", "nproc", MOST_PROCESSES),
  ];
}

function limit(text: string, label: string, name: string, most: number): string[] {
  const hard = new RegExp(`^${label}\\s+\\S+\\s+(\\d+|unlimited)`, "m").exec(text)?.[1];
  if (hard === undefined) return [];
  const value = hard === "unlimited" ? most : Math.min(Number(hard), most);
  return ["--ulimit", `${name}=${value}:${value}`];
}
