import { readdir, rename, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { treeBytes } from "../storage/index.ts";
import { removeTree } from "../workspaces/index.ts";
import type { Spare } from "./what-goes.ts";

/** Where spares lie. */
export interface SparePaths {
  /** `<cache>/<project>/<key>`: one dependency cache each. */
  readonly cache: string;
  /** `<outputs>/<name>` */
  readonly outputs: string;
  /** `<recordings>/<turn>.jsonl.gz`, and the pieces of those that are not packed. */
  readonly recordings: string;
}

/** Marks a cache as used now: those used longest ago go first. */
export async function touchCache(cache: string, now: number): Promise<void> {
  await utimes(cache, now / 1000, now / 1000).catch(() => {});
}

/** Everything that can be made again, measured. */
export async function listSpares(paths: SparePaths, signal?: AbortSignal): Promise<Spare[]> {
  const projects = await readdir(paths.cache).catch(() => []);
  const caches = await Promise.all(
    projects.map((project) => spares("cache", path.join(paths.cache, project), `${project}/`, signal)),
  );
  const outputs = await spares("output", paths.outputs, "", signal);
  const recordings = await spares("recording", paths.recordings, "", signal);
  return [...caches.flat(), ...outputs, ...recordings];
}

/** Deletes a spare. It is moved away first, so that nobody takes half of one for whole. */
export async function removeSpare({ path: at }: Pick<Spare, "path">): Promise<void> {
  const doomed = at.endsWith(".removing") ? at : `${at}.removing`;
  if (doomed !== at) await rename(at, doomed);
  await removeTree(doomed);
}

async function spares(
  kind: Spare["kind"],
  folder: string,
  prefix: string,
  signal: AbortSignal | undefined,
): Promise<Spare[]> {
  const found: Spare[] = [];
  // One after the other: measuring must not take the disk from those who work.
  for (const name of await readdir(folder).catch(() => [])) {
    const at = path.join(folder, name);
    const stats = await stat(at).catch(() => undefined);
    if (stats === undefined) continue;
    const bytes = await treeBytes(at, signal);
    found.push({ kind, path: at, name: `${prefix}${name}`, bytes, usedAt: stats.mtimeMs });
  }
  return found;
}
