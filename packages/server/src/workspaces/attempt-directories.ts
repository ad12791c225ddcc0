import { randomBytes } from "node:crypto";
import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { treeBytes } from "../storage/index.ts";
import { exists } from "./files.ts";
import { isSafeId, type Layout } from "./layout.ts";
import { readRecord } from "./record.ts";
import { removeTree } from "./remove-tree.ts";
import type { WorkspaceEntry } from "./workspace.ts";

const REMOVING = ".removing-";

/** What lies on disk for attempts: finding it, measuring it and deleting it. */
export class AttemptDirectories {
  readonly #layout: Layout;
  readonly #failpoint: (name: string) => void | Promise<void>;

  constructor(deps: { readonly layout: Layout; readonly failpoint: (name: string) => void | Promise<void> }) {
    this.#layout = deps.layout;
    this.#failpoint = deps.failpoint;
  }

  /** The workspaces that were finished and not removed. */
  async list(): Promise<WorkspaceEntry[]> {
    const records = await Promise.all(
      (await this.attemptIds()).map((id) => readRecord(this.#layout.record(id))),
    );
    return records
      .filter((record) => record !== undefined)
      .map((record) => ({
        attemptId: record.attempt_id,
        projectId: record.project_id,
        taskId: record.task_id,
        path: this.#layout.tree(record.attempt_id),
        startSha: record.start_sha,
        createdAt: record.created_at_ms,
      }));
  }

  /** The attempts that have anything on disk, finished or not. What is not named like an attempt is not ours. */
  async attemptIds(): Promise<string[]> {
    return (await readdir(this.#layout.workspaces).catch(() => [])).filter(isSafeId);
  }

  /** Bytes on disk of one attempt; 0 when there is nothing. */
  diskUsage(attemptId: string): Promise<number> {
    return treeBytes(this.#layout.attempt(attemptId));
  }

  /** Deletes what an attempt has. It is moved away first, so a workspace is there or not, never half there. */
  async discard(attemptId: string): Promise<void> {
    const dir = this.#layout.attempt(attemptId);
    if (!(await exists(dir))) return;
    const doomed = join(this.#layout.workspaces, `${REMOVING}${attemptId}-${randomBytes(6).toString("hex")}`);
    await rename(dir, doomed);
    await this.#failpoint("K16");
    await removeTree(doomed);
  }

  /** Finishes the removals that were interrupted. */
  async sweep(): Promise<void> {
    const names = await readdir(this.#layout.workspaces).catch(() => []);
    for (const name of names)
      if (name.startsWith(REMOVING)) await removeTree(join(this.#layout.workspaces, name));
  }
}
