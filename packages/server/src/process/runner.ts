import { type Clock, HarnessError } from "@harness/protocol";
import { Child } from "./child.ts";
import { closure, sweep, type TreeRoot } from "./kill-tree.ts";
import { type LedgerEntry, ProcessLedger } from "./ledger.ts";
import { createProcessTable, type ProcessEntry, type ProcessTable } from "./process-table.ts";
import { ResourceWatch } from "./resource-watch.ts";
import type { ProcessLogger, ProcessOutcome, ReapedProcess, RunningProcess, SpawnSpec } from "./types.ts";

const COOKIE = /^[\w.:-]{1,200}$/;

/** What a runner is built from. */
export interface ProcessRunnerDeps {
  readonly clock: Clock;
  /** Lies in the data directory; made (0700) when the first process starts. */
  readonly ledgerDir: string;
  readonly killGraceMs: number;
  readonly onReaped?: (reaped: ReapedProcess) => void;
  readonly logger?: ProcessLogger;
  /** Called with "K5" between the spawn and the ledger entry, so that a test can crash there. */
  readonly failpoint?: (name: string, detail: string) => void | Promise<void>;
}

/**
 * Starts every program of this server and sees to it that nothing of them is left. One per server.
 *
 * Each child is known in three ways: its process group, a mark in its environment (HARNESS_RUN is the cookie,
 * HARNESS_OWNER names the data directory, the server and this one start), and a ledger file that outlives the
 * server. A process is killed only when the mark or pid + start time + boot prove that it is ours.
 *
 * On macOS there is no /proc: the group is killed and `ps` is scanned for the mark; that is all.
 */
export class ProcessRunner implements AsyncDisposable {
  readonly #deps: ProcessRunnerDeps;
  readonly #table: ProcessTable = createProcessTable(process.platform);
  readonly #watch = new ResourceWatch(this.#table);
  readonly #ledger: ProcessLedger;
  readonly #bootId: string;
  readonly #ownStart: string;
  readonly #running = new Map<string, { cookie: string; child: RunningProcess }>();
  #starts = 0;

  constructor(deps: ProcessRunnerDeps) {
    this.#deps = deps;
    this.#ledger = new ProcessLedger(deps.ledgerDir);
    this.#bootId = this.#table.bootId();
    this.#ownStart = this.#table.startTime(process.pid) ?? "";
  }

  /** Starts a program. Never throws for a program that cannot be started: its outcome says `spawn_failed`. */
  start(spec: SpawnSpec): RunningProcess {
    if (!COOKIE.test(spec.cookie)) {
      throw new HarnessError("internal", `Cannot start ${spec.file}: the cookie is not a plain id.`, {
        field: "cookie",
        expected: COOKIE.source,
        got: spec.cookie,
      });
    }
    this.#starts += 1;
    const mark = `${this.#ownerPrefix}${process.pid}.${token(this.#ownStart)}.${this.#starts}`;
    let ended = false;
    const child = new Child(spec, {
      clock: this.#deps.clock,
      table: this.#table,
      killGraceMs: this.#deps.killGraceMs,
      watch: this.#watch,
      logger: this.#deps.logger,
      mark,
      recordStart: (root) => this.#recordStart(spec.cookie, root),
      recordEnd: (root, gone) => {
        ended = true;
        this.#running.delete(mark);
        if (root !== undefined && gone) this.#ledger.remove(this.#entryOf(spec.cookie, root));
      },
    });
    if (!ended) this.#running.set(mark, { cookie: spec.cookie, child });
    return child;
  }

  /** Starts a program and waits for its end. */
  run(spec: SpawnSpec): Promise<ProcessOutcome> {
    return this.start(spec).exited;
  }

  /** The programs that run now. */
  live(): readonly { cookie: string; pid: number }[] {
    return [...this.#running.values()].flatMap(({ cookie, child }) =>
      child.pid === undefined ? [] : [{ cookie, pid: child.pid }],
    );
  }

  /**
   * Stops every program of this cookie, then kills whatever else of this data directory carries it. Returns how
   * many programs and escapees were stopped.
   */
  async killCookie(cookie: string): Promise<number> {
    const own = [...this.#running.values()].filter((running) => running.cookie === cookie);
    await Promise.all(own.map(({ child }) => child.kill("aborted")));
    const { killed } = await sweep(this.#table, (entries) =>
      closure(entries, (entry) => entry.cookie === cookie && this.#isOfThisDataDir(entry)),
    );
    return own.length + killed.length;
  }

  /**
   * To be called at start: kills everything a dead server of this data directory left running. Found by the ledger
   * (pid + start time + boot) and by the mark in the environment, so that a process spawned but not yet written
   * down is found too. Processes of a living owner and of other data directories are not touched.
   */
  async reapDeadOwners(): Promise<ReapedProcess[]> {
    const orphans = this.#ledger.entries().filter((entry) => !this.#ownerLives(entry));
    const marks = new Map(orphans.map((entry) => [entry.mark, entry.cookie]));
    const alive = orphans.filter(
      (entry) => entry.boot_id === this.#bootId && this.#table.startTime(entry.pid) === entry.start_time,
    );
    const leaders = new Map(alive.map((entry) => [entry.pid, entry.cookie]));
    const { killed, left } = await sweep(this.#table, (entries) =>
      closure(
        entries,
        (entry) =>
          this.#isOrphan(entry) ||
          alive.some((leader) => leader.pid === entry.pid && leader.start_time === entry.startTime) ||
          (leaders.has(entry.pgrp) && Number(entry.startTime) >= this.#ledgerStart(alive, entry.pgrp)),
      ),
    );
    const stuck = new Set(left.map((entry) => entry.owner));
    for (const entry of orphans) if (!stuck.has(entry.mark)) this.#ledger.remove(entry);
    const reaped = killed.map(
      (entry): ReapedProcess => ({
        pid: entry.pid,
        cookie: entry.cookie ?? marks.get(entry.owner ?? "") ?? leaders.get(entry.pgrp) ?? "",
        found: marks.has(entry.owner ?? "") || leaders.has(entry.pgrp) ? "ledger" : "cookie",
      }),
    );
    for (const process of reaped) this.#deps.onReaped?.(process);
    return reaped;
  }

  /** Stops everything that still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ child }) => child.kill("aborted")));
  }

  get #ownerPrefix(): string {
    return `${this.#ledger.ownerHash}.`;
  }

  #recordStart(cookie: string, root: TreeRoot): void | Promise<void> {
    const write = () => this.#ledger.add(this.#entryOf(cookie, root));
    // A full disk must not stop the run: the mark still finds the process.
    const unwritten = (error: unknown) =>
      this.#deps.logger?.warn({ cookie, pid: root.pid, error }, "A process could not be written down.");
    try {
      const paused = this.#deps.failpoint?.("K5", cookie);
      if (paused !== undefined) return paused.then(write).catch(unwritten);
      write();
    } catch (error) {
      unwritten(error);
    }
  }

  #entryOf(cookie: string, root: TreeRoot): LedgerEntry {
    return {
      pid: root.pid,
      start_time: root.startTime,
      boot_id: this.#bootId,
      cookie,
      mark: root.mark,
      owner_pid: process.pid,
      owner_start_time: this.#ownStart,
    };
  }

  #isOfThisDataDir(entry: ProcessEntry): boolean {
    return entry.owner?.startsWith(this.#ownerPrefix) ?? false;
  }

  #isOrphan(entry: ProcessEntry): boolean {
    if (!this.#isOfThisDataDir(entry)) return false;
    const [, pid, start] = entry.owner!.split(".");
    const ownerStart = this.#table.startTime(Number(pid));
    return ownerStart === undefined || token(ownerStart) !== start;
  }

  #ownerLives(entry: LedgerEntry): boolean {
    if (entry.boot_id !== this.#bootId) return false;
    return this.#table.startTime(entry.owner_pid) === entry.owner_start_time;
  }

  #ledgerStart(entries: readonly LedgerEntry[], pid: number): number {
    return Number(entries.find((entry) => entry.pid === pid)?.start_time);
  }
}

/** A start time without the blanks `ps` puts in it. */
function token(startTime: string): string {
  return startTime.replace(/\W+/g, "_");
}
