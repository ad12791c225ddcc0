import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import type { Clock } from "@harness/protocol";
import { askToStop, membersOf, signal, sweep, type TreeRoot } from "./kill-tree.ts";
import { LimitClocks } from "./limit-clocks.ts";
import type { ProcessEntry, ProcessTable } from "./process-table.ts";
import { limitWords, type ResourceWatch } from "./resource-watch.ts";
import { StreamReader } from "./stream-reader.ts";
import type {
  EndReason,
  KillReason,
  LimitReached,
  ProcessLogger,
  ProcessOutcome,
  RunningProcess,
  SpawnSpec,
} from "./types.ts";

/** What one child needs from its runner. */
export interface ChildDeps {
  readonly clock: Clock;
  readonly table: ProcessTable;
  readonly killGraceMs: number;
  readonly watch: ResourceWatch;
  readonly logger: ProcessLogger | undefined;
  /** The child's HARNESS_OWNER. */
  readonly mark: string;
  /** Writes the child down. Called after the spawn, before output is read; may wait (fail point). */
  readonly recordStart: (root: TreeRoot) => void | Promise<void>;
  /** Crosses the child out. `gone` is false when something of it could not be killed. */
  readonly recordEnd: (root: TreeRoot | undefined, gone: boolean) => void;
}

/** How long the output may stay open after the program's end before what holds it is killed. */
const DRAIN_MS = 250;
/** How long the output may stay open after everything was killed before we close it ourselves. */
const CLOSE_MS = 2_000;
/** Between two looks for the program while its sandbox is still being set up. */
const RETRY_STOP_MS = 50;
/** What a sweep would say of a tree that is known to be gone. */
const NOTHING_LEFT = { killed: 0, gone: true };
/** What the kernel should kill first when memory is short: never the server. */
const OOM_SCORE = "500";

/**
 * One program, from its start until nothing of it is left:
 *
 *     spawned → recorded → running → (asked to stop → killed) → ended → output drained → tree swept → outcome
 */
export class Child implements RunningProcess {
  readonly exited: Promise<ProcessOutcome>;
  readonly #spec: SpawnSpec;
  readonly #deps: ChildDeps;
  readonly #process: ChildProcess | undefined;
  readonly #root: TreeRoot | undefined;
  readonly #stdout: StreamReader;
  readonly #stderr: StreamReader;
  readonly #startedAt: number;
  readonly #startedTicks = performance.now();
  readonly #clocks: LimitClocks;
  readonly #ended = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #outcome = Promise.withResolvers<ProcessOutcome>();
  readonly #onAbort = (): void => void this.kill("aborted");
  #watched: { end(): LimitReached | undefined } | undefined;
  #handlerFailed = false;
  #outputs: readonly string[] = [];
  #stopReason: KillReason | undefined;
  #ending: { exitCode: number | null; signal: string | null; error?: string } | undefined;

  constructor(spec: SpawnSpec, deps: ChildDeps) {
    this.#spec = spec;
    this.#deps = deps;
    this.#startedAt = deps.clock.now();
    this.exited = this.#outcome.promise;
    const limits = { idleMs: spec.idleTimeoutMs, totalMs: spec.totalTimeoutMs };
    this.#clocks = new LimitClocks(limits, (reason) => void this.kill(reason));
    const onHandlerError = (error: unknown): void => this.#reportHandler(error);
    this.#stdout = new StreamReader("stdout", spec, onHandlerError);
    this.#stderr = new StreamReader("stderr", spec, onHandlerError);
    if (spec.signal?.aborted) {
      this.#stopReason = "aborted";
      this.#finishUnstarted({ exitCode: null, signal: null });
      return;
    }
    this.#process = this.#spawn();
    if (this.#process?.pid === undefined) return;
    const { pid } = this.#process;
    this.#outputs = deps.table.outputs(pid);
    this.#root = { pid, startTime: deps.table.startTime(pid) ?? "", mark: deps.mark };
    void this.#live(this.#process);
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  write(data: string | Uint8Array): Promise<void> {
    const input = this.#process?.stdin;
    if (!input?.writable) return Promise.resolve();
    return new Promise((resolve) => input.write(data, () => resolve()));
  }

  endInput(): void {
    this.#process?.stdin?.end();
  }

  touch(): void {
    this.#clocks.touch();
  }

  holdLimits(): () => void {
    return this.#clocks.hold();
  }

  kill(reason: KillReason = "aborted", graceMs?: number): Promise<ProcessOutcome> {
    if (this.#ending === undefined && this.#stopReason === undefined) {
      this.#stopReason = reason;
      void this.#stop(graceMs ?? this.#spec.killGraceMs ?? this.#deps.killGraceMs);
    }
    return this.exited;
  }

  #spawn(): ChildProcess | undefined {
    const { file, args, cwd, env, cookie, stdin } = this.#spec;
    try {
      const child = spawn(file, args, {
        cwd,
        env: { ...env, HARNESS_RUN: cookie, HARNESS_OWNER: this.#deps.mark },
        // An own session: its group can be signalled as one, and there is no terminal to push keys into.
        detached: true,
        shell: false,
        stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      });
      child.once("error", (error) => {
        if (child.pid === undefined) this.#finishUnstarted(this.#spawnError(error));
      });
      return child;
    } catch (error) {
      this.#finishUnstarted(this.#spawnError(error));
      return undefined;
    }
  }

  #spawnError(error: unknown): { exitCode: null; signal: null; error: string } {
    const { file, cwd } = this.#spec;
    const cause = error instanceof Error ? error.message : String(error);
    const why = existsSync(cwd) ? cause : `the working directory ${cwd} does not exist`;
    return { exitCode: null, signal: null, error: `Cannot start ${file}: ${why}` };
  }

  async #live(child: ChildProcess): Promise<void> {
    child.once("exit", (exitCode, signalName) => {
      this.#ending = { exitCode, signal: signalName };
      this.#ended.resolve();
    });
    child.once("close", () => this.#closed.resolve());
    // The program may close its input whenever it likes (EPIPE); its exit says whether that was all right.
    child.stdin?.on("error", () => {});
    const recorded = this.#record();
    if (recorded !== undefined) await recorded;
    this.#stdout.attach(child.stdout!, () => this.#clocks.touch());
    this.#stderr.attach(child.stderr!, () => this.#clocks.touch());
    this.#clocks.start();
    const { resources } = this.#spec;
    if (resources !== undefined)
      this.#watched = this.#deps.watch.watch(
        this.#root!,
        resources,
        () => void this.kill("limit_reached", 0),
      );
    this.#spec.signal?.addEventListener("abort", this.#onAbort, { once: true });
    // The abort may have come while the fail point waited.
    if (this.#spec.signal?.aborted) this.#onAbort();
    const { stdin } = this.#spec;
    if (stdin !== undefined && stdin !== "open") child.stdin?.end(stdin);
    await this.#ended.promise;
    await this.#finish(child);
  }

  #record(): Promise<void> | undefined {
    try {
      writeFileSync(`/proc/${this.pid}/oom_score_adj`, OOM_SCORE);
    } catch {
      // Not Linux, or gone already.
    }
    return this.#deps.recordStart(this.#root!) as Promise<void> | undefined;
  }

  /** The grace is not longer for the time it takes to find, on a busy machine, whom to ask. */
  async #stop(graceMs: number): Promise<void> {
    const root = this.#root;
    if (root === undefined) return;
    void this.#ask(root, performance.now() + graceMs);
    await this.#endedWithin(graceMs);
    // Once ended, `#finish` sweeps; the group number may no longer be ours.
    if (this.#ending === undefined) signal(-root.pid, "SIGKILL");
  }

  async #ask(root: TreeRoot, deadline: number): Promise<void> {
    const { table } = this.#deps;
    while (this.#ending === undefined && performance.now() < deadline) {
      const members = membersOf(root, await table.list(root.startTime));
      if (this.#ending !== undefined || askToStop(root, table, members)) return;
      await this.#endedWithin(RETRY_STOP_MS);
    }
  }

  async #finish(child: ChildProcess): Promise<void> {
    this.#clocks.stop();
    this.#spec.signal?.removeEventListener("abort", this.#onAbort);
    const root = this.#root!;
    const drained = this.#stopReason === undefined && (await within(this.#closed.promise, DRAIN_MS));
    const over = drained && this.#spec.staysInGroup === true && !signal(-root.pid, 0);
    const { killed, gone } = over ? NOTHING_LEFT : await this.#sweep(root);
    child.stdin?.destroy();
    child.stdout?.destroy();
    child.stderr?.destroy();
    this.#deps.recordEnd(root, gone);
    const limit = this.#watched?.end();
    const reason = this.#stopReason ?? (limit === undefined ? "exited" : "limit_reached");
    const ending =
      reason === "limit_reached" && limit
        ? { ...this.#ending!, limit, error: limitWords(limit) }
        : this.#ending!;
    this.#resolve(reason, ending, killed);
  }

  /** Kills what is left of the tree, wherever it went, and whoever holds the output open after that. */
  async #sweep(root: TreeRoot): Promise<{ killed: number; gone: boolean }> {
    // The program itself is dead: its entry can only be a moment old. Nothing of its tree is older than itself.
    const others = (entries: readonly ProcessEntry[]) =>
      membersOf(root, entries).filter((entry) => entry.pid !== root.pid);
    const { killed, left } = await sweep(this.#deps.table, others, root.startTime);
    if (left.length > 0) {
      this.#deps.logger?.warn({ cookie: this.#spec.cookie, left }, "Processes could not be killed.");
    }
    const holders = (await within(this.#closed.promise, DRAIN_MS)) ? 0 : await this.#killHolders(root);
    await within(this.#closed.promise, CLOSE_MS);
    return { killed: killed.length + holders, gone: left.length === 0 };
  }

  /** An unmarked escapee is given away by our pipes. One older than the program was lent them, and is not ours. */
  async #killHolders(root: TreeRoot): Promise<number> {
    const holders = await this.#deps.table.holders(this.#outputs);
    const ours = holders.filter(
      (entry) => entry.pid !== process.pid && Number(entry.startTime) >= Number(root.startTime),
    );
    return ours.filter((entry) => signal(entry.pid, "SIGKILL")).length;
  }

  #finishUnstarted(ending: { exitCode: null; signal: null; error?: string }): void {
    this.#ending = ending;
    this.#deps.recordEnd(undefined, true);
    this.#resolve(this.#stopReason ?? "spawn_failed", ending, 0);
  }

  #resolve(
    reason: EndReason,
    ending: { exitCode: number | null; signal: string | null; error?: string; limit?: LimitReached },
    survivorsKilled: number,
  ): void {
    this.#outcome.resolve({
      ...ending,
      reason,
      startedAt: this.#startedAt,
      durationMs: Math.round(performance.now() - this.#startedTicks),
      stdout: this.#stdout.finish(),
      stderr: this.#stderr.finish(),
      survivorsKilled,
    });
  }

  #endedWithin(ms: number): Promise<boolean> {
    return within(this.#ended.promise, ms);
  }

  #reportHandler(error: unknown): void {
    if (this.#handlerFailed) return;
    this.#handlerFailed = true;
    this.#deps.logger?.warn({ cookie: this.#spec.cookie, error }, "A handler of a process's output failed.");
  }
}

/** Waits for a promise, but not longer than this. True when it came. */
async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  const timeout = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => timeout.resolve(false), ms);
  const came = await Promise.race([promise.then(() => true), timeout.promise]);
  clearTimeout(timer);
  return came;
}
