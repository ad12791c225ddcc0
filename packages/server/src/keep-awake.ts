import { accessSync, constants } from "node:fs";
import path from "node:path";
import { type Clock, callAt, type DoctorCheck, type KeepAwakeState } from "@harness/protocol";
import type { EventLog } from "./events/index.ts";
import type { ProcessRunner, RunningProcess } from "./process/index.ts";
import type { Logger } from "./telemetry/index.ts";

/** How long the machine is kept awake after the last attempt: the next one often follows at once. */
const LINGER_MS = 10_000;
/** Work that goes on by itself within this time is waited for awake: a machine that sleeps misses its quota's reset. */
const HORIZON_MS = 12 * 3_600_000;

/** Who refused is asked again after this time, and not at each attempt meanwhile. */
const REFUSED_MS = 60_000;

/** The program of a platform that keeps the machine awake for as long as another program runs. */
interface Inhibitor {
  readonly name: string;
  readonly args: readonly string[];
}

/**
 * `cat` reads from a pipe of ours and ends with it: however this process ends, the machine may sleep again.
 */
const inhibitors: Partial<Record<NodeJS.Platform, Inhibitor>> = {
  linux: {
    name: "systemd-inhibit",
    args: ["--what=idle:sleep", "--who=Harness", "--why=tasks are running", "--mode=block", "cat"],
  },
  darwin: { name: "caffeinate", args: ["-i", "cat"] },
};

/** Events after which work may wait for a time. */
const bringsWait: ReadonlySet<string> = new Set(["task.waiting", "account.parked", "account.woken"]);

/** What keeping awake needs. */
export interface KeepAwakeDeps {
  readonly enabled: boolean;
  readonly log: Pick<EventLog, "listen">;
  readonly runner: Pick<ProcessRunner, "start">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  /** When work goes on by itself next (epoch milliseconds). */
  readonly nextWork: () => Promise<number | undefined>;
}

/**
 * Keeps the machine from sleeping while attempts run or wait for a time that comes within twelve hours:
 *
 *   idle → (attempt.started, or a wait with a time) held → (ten seconds with neither) idle
 *
 * Where there is no program for it, or it refuses, that is said and nothing fails.
 */
export class KeepAwake implements AsyncDisposable {
  readonly #deps: KeepAwakeDeps;
  readonly #inhibitor: Inhibitor | undefined;
  readonly #program: string | undefined;
  readonly #attempts = new Set<string>();
  #held: RunningProcess | undefined;
  /** Nothing runs, and work is due soon. */
  #awaits = false;
  #problem: string | null;
  #told: string | undefined;
  #unlisten = () => {};
  #forgetLinger = () => {};
  #refused = false;
  #forgetRefusal = () => {};
  #over = false;

  constructor(deps: KeepAwakeDeps) {
    this.#deps = deps;
    const platform = deps.platform ?? process.platform;
    this.#inhibitor = inhibitors[platform];
    this.#program = this.#inhibitor && findProgram(this.#inhibitor.name, deps.env["PATH"] ?? "");
    this.#problem =
      this.#program === undefined
        ? `${this.#inhibitor?.name ?? `a program for it on ${platform}`} was not found`
        : null;
  }

  /** Begins to follow what runs. */
  start(): void {
    if (!this.#deps.enabled || this.#program === undefined) return;
    this.#unlisten = this.#deps.log.listen((events) => {
      for (const event of events) {
        if (event.type === "attempt.started") this.#attempts.add(event.data.attempt_id);
        else if (event.type === "attempt.ended") this.#attempts.delete(event.data.attempt_id);
        else if (!bringsWait.has(event.type)) continue;
        this.#follow();
      }
    });
    // What waited when the last server ended still does.
    this.#follow();
  }

  get state(): KeepAwakeState {
    const by = this.#inhibitor?.name ?? null;
    if (!this.#deps.enabled) return { state: "off", by, problem: null };
    if (this.#held !== undefined) return { state: "held", by, problem: null };
    return { state: this.#problem === null ? "idle" : "unavailable", by, problem: this.#problem };
  }

  /** What the doctor says: a machine that may sleep is no failure, but worth knowing before a night. */
  check(): DoctorCheck {
    const { state, by, problem } = this.state;
    if (state === "off")
      return { name: "keep awake", ok: true, detail: "switched off (up.keep_awake)", fix: null };
    if (problem === null) return { name: "keep awake", ok: true, detail: `${by} while tasks run`, fix: null };
    return {
      name: "keep awake",
      ok: true,
      detail: `not possible here: ${problem}`,
      fix: "Switch automatic sleep off while tasks run overnight.",
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    this.#unlisten();
    this.#forgetLinger();
    this.#forgetRefusal();
    await this.#held?.kill();
  }

  #follow(): void {
    this.#forgetLinger();
    if (this.#over) return;
    if (this.#attempts.size > 0) this.#hold();
    else {
      const { clock } = this.#deps;
      this.#forgetLinger = callAt(clock, clock.now() + LINGER_MS, () => void this.#rest());
    }
  }

  /** Nothing runs: holds on while work is due soon, and looks again when it should have begun. */
  async #rest(): Promise<void> {
    const { clock, nextWork, logger } = this.#deps;
    const next = await nextWork().catch((error: unknown) => {
      logger.warn({ err: error }, "when work goes on could not be found out");
      return undefined;
    });
    if (this.#over || this.#attempts.size > 0) return;
    this.#awaits = next !== undefined && next - clock.now() <= HORIZON_MS;
    if (this.#awaits && next !== undefined) {
      this.#hold();
      this.#forgetLinger = callAt(clock, Math.max(next, clock.now()) + LINGER_MS, () => void this.#rest());
    } else this.#held?.endInput();
  }

  #hold(): void {
    const { runner, env, logger } = this.#deps;
    if (this.#held !== undefined || this.#over || this.#refused) return;
    if (!this.#inhibitor || this.#program === undefined) return;
    const held = runner.start({
      file: this.#program,
      args: this.#inhibitor.args,
      cwd: "/",
      env: busEnvironment(env),
      cookie: "keep-awake",
      stdin: "open",
      outputCapBytes: 4096,
    });
    this.#held = held;
    this.#problem = null;
    void held.exited.then((outcome) => {
      if (this.#held === held) this.#held = undefined;
      if (this.#over) return;
      if (outcome.reason !== "exited" || outcome.exitCode !== 0) {
        const said = outcome.stderr.text.trim().split("\n").at(-1) || outcome.error;
        const problem = said || `${this.#inhibitor?.name} ended with ${outcome.exitCode ?? outcome.signal}`;
        if (problem !== this.#told) logger.warn({ problem }, "the machine may sleep while tasks run");
        this.#problem = problem;
        this.#told = problem;
        this.#askLater();
        return;
      }
      // Released while the next attempt began.
      if (this.#attempts.size > 0 || this.#awaits) this.#hold();
    });
  }

  #askLater(): void {
    const { clock } = this.#deps;
    this.#refused = true;
    this.#forgetRefusal = callAt(clock, clock.now() + REFUSED_MS, () => {
      this.#refused = false;
      if (this.#attempts.size > 0 || this.#awaits) this.#hold();
    });
  }
}

/** The variables through which the program finds the session and system bus. */
function busEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = ["PATH", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "XDG_RUNTIME_DIR"];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function findProgram(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
