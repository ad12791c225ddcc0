import { readdir } from "node:fs/promises";
import path from "node:path";
import type { DataDirPaths } from "../config/index.ts";
import { type Storage, treeBytes } from "../storage/index.ts";
import type { Workspaces } from "../workspaces/index.ts";

/** What is measured, and with what. */
export interface Measured {
  readonly paths: DataDirPaths;
  readonly storage: Pick<Storage, "dialect">;
  readonly workspaces: Pick<Workspaces, "mirrorUpkeep">;
}

/** Bytes on disk by part; null is not known: it lies elsewhere, or measuring took too long. */
export interface Sizes {
  readonly parts: readonly { readonly part: string; readonly bytes: number | null }[];
  readonly mirrors: readonly { readonly projectId: string; readonly bytes: number | null }[];
}

/** Measures every part of the data directory, one after the other. What the signal cuts off stays unknown. */
export async function measure(from: Measured, signal: AbortSignal): Promise<Sizes> {
  const { paths } = from;
  const bytes = (...files: string[]) =>
    known(
      signal,
      files.map((file) => () => treeBytes(file, signal)),
    );
  const database =
    from.storage.dialect === "sqlite"
      ? await bytes(paths.database, `${paths.database}-wal`, `${paths.database}-shm`)
      : null;
  const { mirrorUpkeep } = from.workspaces;
  const mirrors: { projectId: string; bytes: number | null }[] = [];
  for (const projectId of await mirrorUpkeep.projects())
    mirrors.push({ projectId, bytes: await known(signal, [() => mirrorUpkeep.bytes(projectId, signal)]) });
  return {
    parts: [
      { part: "database", bytes: database },
      { part: "workspaces", bytes: await bytes(paths.workspaces) },
      { part: "mirrors", bytes: sum(mirrors.map((mirror) => mirror.bytes)) },
      { part: "caches", bytes: await bytes(paths.cache) },
      { part: "agents", bytes: await bytes(paths.agents) },
      { part: "logs", bytes: await bytes(paths.logs) },
      { part: "outputs", bytes: await bytes(paths.outputs) },
      { part: "recordings", bytes: await bytes(paths.recordings) },
      { part: "reserve", bytes: await bytes(paths.reserve) },
      { part: "other", bytes: await bytes(...(await otherPaths(paths))) },
    ],
    mirrors,
  };
}

/** What lies in the data directory, or among the mirrors, and belongs to no other part: nothing goes uncounted. */
async function otherPaths(paths: DataDirPaths): Promise<string[]> {
  const { database, workspaces, mirrors, cache, agents, logs, outputs, recordings, reserve } = paths;
  const counted = new Set([database, `${database}-wal`, `${database}-shm`]);
  for (const part of [workspaces, mirrors, cache, agents, logs, outputs, recordings, reserve])
    counted.add(part);
  const inside = async (folder: string) =>
    (await readdir(folder).catch(() => [])).map((name) => path.join(folder, name));
  const [all, copies] = await Promise.all([inside(paths.root), inside(mirrors)]);
  return [...all.filter((one) => !counted.has(one)), ...copies.filter((one) => !/\.(base|git)$/.test(one))];
}

async function known(signal: AbortSignal, looks: readonly (() => Promise<number>)[]): Promise<number | null> {
  try {
    let total = 0;
    for (const look of looks) total += await look();
    return total;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

/** A sum with an unknown in it is unknown. */
function sum(sizes: readonly (number | null)[]): number | null {
  return sizes.reduce<number | null>(
    (total, size) => (total === null || size === null ? null : total + size),
    0,
  );
}
