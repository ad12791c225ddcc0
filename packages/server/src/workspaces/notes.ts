import type { KeyedLock } from "./keyed-lock.ts";
import type { Layout } from "./layout.ts";
import { readRecord, type WorkspaceRecord, writeRecord } from "./record.ts";

/** What is remembered of a workspace beside its tree. One without a record has nothing to remember. */
export class WorkspaceNotes {
  readonly #layout: Layout;
  readonly #attempts: KeyedLock;

  constructor(layout: Layout, attempts: KeyedLock) {
    this.#layout = layout;
    this.#attempts = attempts;
  }

  /** Keeps paths out of every later snapshot: what setup made is nobody's work. */
  setAside(attemptId: string, paths: readonly string[]): Promise<void> {
    return this.#change(attemptId, ({ set_aside }) => ({
      set_aside: [...new Set([...set_aside, ...paths])],
    }));
  }

  /** How setup went, for which commands, by a key of the caller's. Undefined when it did not run. */
  async setupOf(attemptId: string): Promise<WorkspaceRecord["setup"]> {
    return (await readRecord(this.#layout.record(attemptId)))?.setup;
  }

  /** Remembers how setup went, or with null forgets it, so that it runs again. */
  recordSetup(attemptId: string, setup: WorkspaceRecord["setup"] | null): Promise<void> {
    return this.#change(attemptId, () => ({ setup: setup ?? undefined }));
  }

  #change(attemptId: string, change: (record: WorkspaceRecord) => Partial<WorkspaceRecord>): Promise<void> {
    return this.#attempts.run(attemptId, async () => {
      const file = this.#layout.record(attemptId);
      const record = await readRecord(file);
      if (record) await writeRecord(file, { ...record, ...change(record) });
    });
  }
}
