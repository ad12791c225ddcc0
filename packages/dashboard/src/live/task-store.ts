import type { HarnessClient } from "@harness/client";
import type { Event, Task } from "@harness/protocol";
import { Observable } from "./observable.ts";

/** The tasks the board, the counts and the title are made from. */
export interface TaskTable {
  readonly tasks: ReadonlyMap<string, Task>;
  /** When it was read last (epoch milliseconds); null while it never was. */
  readonly readAt: number | null;
  /** True when tasks that ended long ago are left out. */
  readonly cut: boolean;
  readonly error: unknown;
}

/** Rows read at a time, the most there are in an answer. */
const PAGE = 500;
/** Tasks that have not ended are all kept, up to this many; of the others the newest page. */
const MOST_PAGES = 20;
/** Tasks asked for by their id in one request. */
const MOST_IDS = 50;

/**
 * Every task that has not ended and the newest that have, kept true by the event feed: what an event names is read
 * anew, one reading at a time, so that an older answer never replaces a newer one.
 */
export class TaskStore {
  readonly table = new Observable<TaskTable>({ tasks: new Map(), readAt: null, cut: false, error: null });
  readonly #client: HarnessClient;
  readonly #due = new Set<string>();
  #all = false;
  #running = false;

  constructor(client: HarnessClient) {
    this.#client = client;
  }

  /** Takes in what happened. */
  hear(events: readonly Event[] | "resync"): void {
    if (events === "resync") this.#all = true;
    else for (const { task_id } of events) if (task_id !== null) this.#due.add(task_id);
    void this.#work();
  }

  /** Shows a change before the server has told of it; what it answers replaces it. */
  assume(task_id: string, change: Partial<Task>): void {
    const task = this.table.value.tasks.get(task_id);
    if (task) this.#put([{ ...task, ...change }]);
  }

  /** Reads a task anew, such as one whose assumed change was refused. */
  reread(task_id: string): void {
    this.#due.add(task_id);
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#all || this.#due.size > 0) {
        if (this.#all) await this.#readAll();
        else await this.#readDue();
      }
    } catch (error) {
      // Tried again with the next event, or when the feed stands again.
      this.table.set({ ...this.table.value, error });
    } finally {
      this.#running = false;
    }
  }

  async #readAll(): Promise<void> {
    this.#all = false;
    this.#due.clear();
    try {
      const [open, ended] = await Promise.all([this.#pages(true, MOST_PAGES), this.#pages(false, 1)]);
      const tasks = new Map([...ended.tasks, ...open.tasks].map((task) => [task.id, task]));
      this.table.set({ tasks, readAt: Date.now(), cut: open.more || ended.more, error: null });
    } catch (error) {
      this.#all = true;
      throw error;
    }
  }

  async #pages(active: boolean, most: number): Promise<{ tasks: Task[]; more: boolean }> {
    const tasks: Task[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < most; page += 1) {
      const answer = await this.#client.call("task/list", {
        active,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      tasks.push(...answer.data);
      cursor = answer.page.next_cursor ?? undefined;
      if (cursor === undefined) return { tasks, more: false };
    }
    return { tasks, more: true };
  }

  async #readDue(): Promise<void> {
    const ids = [...this.#due].slice(0, MOST_IDS);
    for (const id of ids) this.#due.delete(id);
    try {
      const { data } = await this.#client.call("task/list", { id: ids, limit: MOST_IDS });
      this.#put(data);
    } catch (error) {
      for (const id of ids) this.#due.add(id);
      throw error;
    }
  }

  #put(changed: readonly Task[]): void {
    const tasks = new Map(this.table.value.tasks);
    for (const task of changed) tasks.set(task.id, task);
    this.table.set({ ...this.table.value, tasks, readAt: Date.now(), error: null });
  }
}
