import { type Clock, callAt } from "@harness/protocol";
import { type DataDirPaths, markOf } from "../config/index.ts";
import type { OwnProgram, ProgramEnd } from "../process/index.ts";
import { type Crash, readServerFile, type SupervisorRecord, writeSupervisorRecord } from "./record.ts";
import { afterCrash, type CrashHistory, noCrashes } from "./restart-policy.ts";
import type { SupervisorLog } from "./supervisor-log.ts";
import { adoptServer, startServerProgram, type WatchedServer } from "./watched-server.ts";

/** What a supervisor is built from. */
export interface SupervisorDeps {
  readonly paths: DataDirPaths;
  readonly clock: Clock;
  readonly version: string;
  /** `harness serve` with its flags. */
  readonly server: OwnProgram;
  /** How long a stopping server lets running turns finish (milliseconds). */
  readonly drainMs: number;
  readonly log: SupervisorLog;
  /** Called when a server accepts requests: its secrets exist then. */
  readonly onReady: () => void;
}

/** How a stopping server is asked. */
type Stop = "drain" | "now";

/** How much longer than its drain a server may take to stop before it is killed: it ends itself after 5 s. */
const BEYOND_DRAIN_MS = 10_000;

/**
 * Runs the server as its child and starts it again when it crashes, until it is told to stop.
 *
 *   start → ready → ended: asked → stopped
 *                        : crashed → pause → start …
 *                                  → given up
 *
 * A server that ends before it was ever ready is not started again: what is wrong is wrong the next time too.
 */
export class Supervisor {
  readonly #deps: SupervisorDeps;
  #record: SupervisorRecord;
  #history: CrashHistory = noCrashes;
  #server: WatchedServer | undefined;
  #everReady = false;
  #stopping: Stop | undefined;
  #restarting = false;
  #wake = () => {};
  #forgetKill = () => {};

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
    this.#record = {
      supervisor: markOf(process.pid),
      started_at: this.#time(),
      version: deps.version,
      state: "starting",
      reason: null,
      server: null,
      server_started_at: null,
      restarts: 0,
      last_crash: null,
      next_start_at: null,
      stop_within_ms: deps.drainMs + 2 * BEYOND_DRAIN_MS,
      log_file: deps.log.file,
    };
  }

  /** Resolves when nothing is supervised any more: true when that was asked for. */
  async run(): Promise<boolean> {
    const { log } = this.#deps;
    log.event(`supervisor ${process.pid} begins`);
    this.#server = this.#adopt() ?? this.#start();
    for (;;) {
      const { server } = this;
      const end = await server.ended;
      this.#forgetKill();
      if (this.#restarting) log.event(`server ${server.mark.pid} stopped to be started again`);
      else if (this.#stopping === undefined) {
        if (end.asked) return this.#finish("stopped", `server ${server.mark.pid} was stopped by itself`);
        const reason = await this.#crashed(server, end);
        if (reason !== undefined) return this.#finish("gave_up", reason);
      }
      if (this.#stopping !== undefined) return this.#finish("stopped", "asked to stop");
      this.#restarting = false;
      this.#server = this.#start();
    }
  }

  /** Stops the server and then the supervision; "now" ends running turns at once, their work is queued again. */
  stop(how: Stop): void {
    if (this.#stopping === "now" || this.#stopping === how) return;
    this.#stopping = how;
    this.#update({ state: "stopping", next_start_at: null });
    this.#ask(how);
    this.#wake();
  }

  /** Lets running turns finish and starts the server again. */
  restart(): void {
    if (this.#stopping !== undefined || this.#restarting) return;
    if (this.#record.state === "running") {
      this.#restarting = true;
      this.#ask("drain");
    }
    this.#wake();
  }

  get server(): WatchedServer {
    if (this.#server === undefined) throw new Error("Nothing was started yet.");
    return this.#server;
  }

  #adopt(): WatchedServer | undefined {
    const { paths, clock, log } = this.#deps;
    const found = adoptServer(paths, clock);
    if (found === undefined) return undefined;
    log.event(`server ${found.mark.pid} was running without a supervisor and is watched again`);
    this.#began(found);
    this.#ready();
    return found;
  }

  #start(): WatchedServer {
    const { server, log } = this.#deps;
    log.takeLatest();
    let ready = false;
    const started = startServerProgram(server, (line) => {
      log.output(line);
      // It says that it listens after it has written down where.
      if (ready || readServerFile(this.#deps.paths.server)?.pid !== started.mark.pid) return;
      ready = true;
      this.#ready();
    });
    log.event(`server ${started.mark.pid} started`);
    this.#began(started);
    return started;
  }

  #began(server: WatchedServer): void {
    this.#update({
      state: "starting",
      reason: null,
      server: server.mark,
      server_started_at: this.#time(),
      next_start_at: null,
    });
  }

  #ready(): void {
    this.#everReady = true;
    this.#deps.onReady();
    if (this.#stopping === undefined) this.#update({ state: "running" });
  }

  /** Records a crash and waits for the time of the next start; a text says why there is none. */
  async #crashed(server: WatchedServer, end: ProgramEnd): Promise<string | undefined> {
    const { clock, log } = this.#deps;
    const at = clock.now();
    const uptimeMs = Math.max(0, at - Date.parse(this.#record.server_started_at ?? this.#time()));
    const lines = end.error === undefined ? log.takeLatest() : [end.error];
    const last_crash: Crash = {
      at: this.#time(),
      exit_code: end.exitCode,
      signal: end.signal,
      uptime_ms: uptimeMs,
      lines,
    };
    log.event(`server ${server.mark.pid} ended: ${endText(end)}`);
    this.#update({ server: null, server_started_at: null, last_crash });
    if (!this.#everReady) return "The server could not start.";
    const next = afterCrash(this.#history, { at, uptimeMs });
    if (next.type === "give_up") return next.reason;
    this.#history = next.history;
    this.#update({ state: "waiting", next_start_at: new Date(at + next.afterMs).toISOString() });
    log.event(`the next start is in ${next.afterMs / 1000} s`);
    await this.#pause(at + next.afterMs);
    if (this.#stopping === undefined) this.#update({ restarts: this.#record.restarts + 1 });
    return undefined;
  }

  async #pause(until: number): Promise<void> {
    const woken = Promise.withResolvers<void>();
    this.#wake = woken.resolve;
    // A timer of its own: a pause must keep the process alive.
    const alive = setInterval(() => {}, 60_000);
    const forget = callAt(this.#deps.clock, until, woken.resolve);
    await woken.promise;
    forget();
    clearInterval(alive);
    this.#wake = () => {};
  }

  #ask(how: Stop): void {
    const { clock, drainMs, log } = this.#deps;
    if (this.#record.server === null) return;
    const { server } = this;
    server.signal(how === "now" ? "SIGUSR2" : "SIGTERM");
    this.#forgetKill();
    const patience = (how === "now" ? 0 : drainMs) + BEYOND_DRAIN_MS;
    this.#forgetKill = callAt(clock, clock.now() + patience, () => {
      log.event(`server ${server.mark.pid} did not stop in time and is killed`);
      server.signal("SIGKILL");
    });
  }

  #finish(state: "stopped" | "gave_up", reason: string): boolean {
    this.#deps.log.event(state === "stopped" ? `stopped: ${reason}` : `gave up: ${reason}`);
    this.#update({ state, reason, server: null, server_started_at: null, next_start_at: null });
    return state === "stopped";
  }

  /** A disk that is full must not end the supervision. */
  #update(change: Partial<SupervisorRecord>): void {
    this.#record = { ...this.#record, ...change };
    try {
      writeSupervisorRecord(this.#deps.paths.supervisor, this.#record);
    } catch (error) {
      this.#deps.log.event(`supervisor.json could not be written: ${String(error)}`);
    }
  }

  #time(): string {
    return new Date(this.#deps.clock.now()).toISOString();
  }
}

function endText({ exitCode, signal, error }: ProgramEnd): string {
  return error ?? (signal === null ? `exit code ${exitCode ?? "unknown"}` : signal);
}
