import type { TasksTable } from "../storage/index.ts";
import type { Snapshot } from "../workspaces/index.ts";

/** A cache or recording that was used this recently may be in use (milliseconds). */
const IN_USE_MS = 60 * 60_000;

/** Something that can be made again, or that nobody needs for ever. */
export interface Spare {
  readonly kind: "cache" | "output" | "recording";
  readonly path: string;
  /** What it is called below its folder. */
  readonly name: string;
  readonly bytes: number;
  /** When it was last used, or written (epoch milliseconds). */
  readonly usedAt: number;
}

/** What the disk holds of it, and how much is free. */
export interface Holdings {
  readonly spares: readonly Spare[];
  /** Logs count and go by rules of their own. */
  readonly logBytes: number;
  /** null when it is not known: then only the bound counts. */
  readonly freeBytes: number | null;
}

/** How much may be kept. */
export interface SpareRules {
  readonly maxBytes: number;
  readonly neededFreeBytes: number;
  readonly keepMs: number;
  /** Recordings older than this go in any case. */
  readonly recordingsMs: number;
}

/**
 * What may go, in the order it would: caches, the one used longest ago first, then outputs past their time, then
 * recordings, which nobody can make again.
 */
export function sparesInOrder(
  spares: readonly Spare[],
  rules: Pick<SpareRules, "keepMs">,
  now: number,
): Spare[] {
  const oldestFirst = (a: Spare, b: Spare) => a.usedAt - b.usedAt;
  const caches = spares.filter(({ kind, usedAt }) => kind === "cache" && usedAt < now - IN_USE_MS);
  const outputs = spares.filter(({ kind, usedAt }) => kind === "output" && usedAt < now - rules.keepMs);
  const recordings = spares.filter(({ kind, usedAt }) => kind === "recording" && usedAt < now - IN_USE_MS);
  return [caches, outputs, recordings].flatMap((some) => some.sort(oldestFirst));
}

/** What goes now: recordings past their time, and as much of that order as both the bound and the free space need. */
export function sparesThatGo(holdings: Holdings, rules: SpareRules, now: number): Spare[] {
  const kept = holdings.spares.reduce((sum, { bytes }) => sum + bytes, holdings.logBytes);
  const free = holdings.freeBytes ?? Number.POSITIVE_INFINITY;
  let excess = Math.max(kept - rules.maxBytes, rules.neededFreeBytes - free);
  const going = holdings.spares.filter(
    ({ kind, usedAt }) => kind === "recording" && usedAt < now - Math.max(IN_USE_MS, rules.recordingsMs),
  );
  excess -= going.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const spare of sparesInOrder(holdings.spares, rules, now)) {
    if (excess <= 0) break;
    if (going.includes(spare)) continue;
    going.push(spare);
    excess -= spare.bytes;
  }
  return going;
}

/** What decides over the snapshots of a task. */
export type SnapshotTask = Pick<
  TasksTable,
  "status" | "head_sha" | "branch" | "finished_at" | "current_attempt_id"
>;

/**
 * Which snapshots of one task may be forgotten: the earlier ones of work that is `done`, published and unchanged for
 * the whole time outputs are kept. Never the newest, never the head, and nothing at all unless the branch in the user's
 * repository stands at the head right now: what is there only once is not deleted.
 */
export function snapshotsThatGo(
  snapshots: readonly Snapshot[],
  task: SnapshotTask | undefined,
  branchTip: string | undefined,
  keptSince: number,
): Snapshot[] {
  if (task?.status !== "done" || task.current_attempt_id !== null) return [];
  if (task.head_sha === null || task.branch === null || branchTip !== task.head_sha) return [];
  if (task.finished_at === null || task.finished_at >= keptSince) return [];
  const newest = snapshots.reduce<Snapshot | undefined>((a, b) => (a && isLater(a, b) ? a : b), undefined);
  return snapshots.filter((one) => one !== newest && one.sha !== task.head_sha);
}

/** Ids of attempts sort by the time they were made. */
function isLater(a: Snapshot, b: Snapshot): boolean {
  return a.attemptId === b.attemptId ? a.n > b.n : a.attemptId > b.attemptId;
}
