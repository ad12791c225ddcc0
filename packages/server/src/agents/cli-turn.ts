import { setTimeout as sleep } from "node:timers/promises";
import type { OutputStream, ProcessOutcome, ProcessRunner, RunningProcess } from "../process/index.ts";
import type { FramedTurn } from "./framed-turn.ts";
import type { AgentEvent, AgentTurn, TurnOutcome, Usage } from "./port.ts";
import type { SandboxSpec, WrappedCommand } from "./sandbox-port.ts";
import { type Emit, frameTurn } from "./turn-frame.ts";
import type { TurnMark } from "./turn-marks.ts";

const POLITE_MS = 2_000;
const GOODBYE_MS = 5_000;
/** What an urgent stop grants in all: half for the polite word, half for the signal. */
const URGENT_MS = 300;
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** What a dialect may do to its program. */
export interface CliIo {
  readonly pid: number | undefined;
  write(line: string): void;
  /** Something is done for the program, which waits for it in silence. */
  touch(): void;
  /** Says that the turn is over: closes the input, and stops a program that does not leave. */
  finish(): void;
}

/** How one program is spoken to for one turn: what to start, what its lines mean, how it ended. */
export interface CliDialect {
  readonly command: SandboxSpec;
  /** Written and closed at once; "open" when the dialect writes itself. */
  readonly stdin: string | "open";
  readonly session_id: string | null;
  readonly usage: Usage | null;
  onStart?(io: CliIo): void;
  /** A whole line of standard output. What it throws ends the turn as `protocol`. */
  onLine(line: string): void;
  /** A whole line of standard error, for a program that tells what fails there only. */
  onErrorLine?(line: string): void;
  /** Gives the agent more words while it works. Rejects when it can take none; absent when it never can. */
  steer?(text: string): Promise<void>;
  /**
   * A line of output as it may be kept in a recording. A dialect that hears the same text twice, in pieces and whole,
   * blanks the pieces: a secret spread over several of them would not be found.
   */
  recordable?(line: string): string;
  /** Asks the program to stop by itself; true when it was asked. */
  interrupt?(): boolean;
  /** How the turn ended, for a program that ended by itself. */
  outcome(exit: ProcessOutcome): TurnOutcome;
  /** Called once after the program is gone, before the outcome is told. */
  close?(): Promise<void>;
}

/** Why a turn cannot start, as a value; `prepare` returns it instead of a dialect. */
export interface CannotStart {
  readonly failure: Extract<TurnOutcome, { status: "failed" }>;
}

/**
 * Runs one turn of a command-line agent: sandbox, start, lines to events, limits, end. Whatever happens, the last
 * event is `ended` and no process of the turn is left, also when the reader stops reading. `prepare` makes the dialect
 * from the framed turn: only that one's questions stop the clocks.
 */
export function runCliTurn(
  runner: Pick<ProcessRunner, "start">,
  turn: AgentTurn,
  prepare: (turn: FramedTurn, emit: Emit) => Promise<CliDialect | CannotStart>,
  options: { readonly may_be_silent?: boolean } = {},
): AsyncGenerator<AgentEvent> {
  const work = async (framed: FramedTurn, emit: Emit): Promise<TurnOutcome> => {
    const dialect = await prepare(framed, emit);
    if ("failure" in dialect) return dialect.failure;
    try {
      const wrapped = await framed.sandbox(dialect.command);
      const facts = await supervise(runner, framed, dialect, wrapped);
      return conclude(dialect, framed, facts);
    } finally {
      await dialect.close?.();
    }
  };
  return frameTurn(turn, work, options);
}

interface Facts {
  readonly exit: ProcessOutcome;
  readonly misunderstood: string | undefined;
}

async function supervise(
  runner: Pick<ProcessRunner, "start">,
  turn: FramedTurn,
  dialect: CliDialect,
  wrapped: WrappedCommand,
): Promise<Facts> {
  let misunderstood: string | undefined;
  const running = runner.start({
    ...wrapped,
    cwd: turn.workspace,
    cookie: turn.attempt_id,
    stdin: dialect.stdin,
    idleTimeoutMs: turn.idle_timeout_ms,
    totalTimeoutMs: turn.turn_timeout_ms,
    killGraceMs: turn.kill_grace_ms,
    outputCapBytes: turn.max_output_bytes,
    maxLineBytes: MAX_LINE_BYTES,
    onLine: (stream, line) => {
      record(turn, dialect, stream, line);
      if (stream === "stderr") dialect.onErrorLine?.(line);
      if (stream !== "stdout" || misunderstood !== undefined) return;
      try {
        dialect.onLine(line);
      } catch (error) {
        misunderstood = error instanceof Error ? error.message : String(error);
        void running.kill("aborted");
      }
    },
  });
  const gone = new AbortController();
  const stop = () => void stopPolitely(running, dialect, turn, gone.signal);
  turn.timedBy(running);
  if (dialect.stdin !== "open") turn.record("in", dialect.stdin);
  dialect.onStart?.(ioOf(running, turn, gone.signal));
  offerSteering(turn, dialect, gone.signal);
  turn.signal.addEventListener("abort", stop, { once: true });
  if (turn.signal.aborted) stop();
  const exit = await running.exited;
  turn.signal.removeEventListener("abort", stop);
  gone.abort();
  turn.record("mark", JSON.stringify(exitMark(exit)));
  return { exit, misunderstood };
}

function record(turn: FramedTurn, dialect: CliDialect, stream: OutputStream, line: string): void {
  if (stream === "stderr") turn.record("err", line);
  else turn.record("out", dialect.recordable?.(line) ?? line);
}

function exitMark({ exitCode, signal, reason, error }: ProcessOutcome): TurnMark {
  return { exited: { exit_code: exitCode, signal, reason, ...(error === undefined ? {} : { error }) } };
}

/** Words for a program that is gone are refused; so are those it did not take before it went. */
function offerSteering(turn: FramedTurn, dialect: CliDialect, gone: AbortSignal): void {
  if (dialect.steer === undefined) return;
  const over = new Promise<never>((_, reject) => {
    const refuse = () => reject(new Error("The turn is over."));
    gone.addEventListener("abort", refuse, { once: true });
  });
  over.catch(() => undefined);
  turn.attach?.({
    steer: (text) => Promise.race([over, dialect.steer?.(text) ?? over]),
  });
}

function ioOf(running: RunningProcess, turn: FramedTurn, gone: AbortSignal): CliIo {
  return {
    pid: running.pid,
    write: (line) => {
      turn.record("in", line);
      void running.write(`${line}\n`);
    },
    touch: () => running.touch(),
    finish: () => {
      running.endInput();
      sleep(GOODBYE_MS, undefined, { signal: gone }).then(
        () => running.kill("aborted"),
        () => undefined,
      );
    },
  };
}

async function stopPolitely(
  running: RunningProcess,
  dialect: CliDialect,
  turn: AgentTurn,
  gone: AbortSignal,
): Promise<void> {
  const urgent = isUrgent(turn.signal.reason);
  const grace = Math.min(urgent ? URGENT_MS / 2 : POLITE_MS, turn.kill_grace_ms ?? POLITE_MS);
  if (dialect.interrupt?.()) await sleep(grace, undefined, { signal: gone }).catch(() => undefined);
  await running.kill("aborted", urgent ? grace : undefined);
}

function isUrgent(reason: unknown): boolean {
  return typeof reason === "object" && reason !== null && "urgent" in reason && reason.urgent === true;
}

function conclude(dialect: CliDialect, turn: AgentTurn, { exit, misunderstood }: Facts): TurnOutcome {
  const { session_id, usage } = dialect;
  const failed = (
    kind: "timeout_idle" | "timeout_total" | "limit" | "spawn" | "protocol",
    message: string,
    retry: boolean,
  ) => ({ status: "failed", kind, message, retry, session_id, usage, exit_code: exit.exitCode }) as const;
  if (exit.reason === "spawn_failed")
    return failed("spawn", exit.error ?? "The agent could not be started.", false);
  if (misunderstood !== undefined) return failed("protocol", misunderstood, false);
  if (turn.signal.aborted) return { status: "cancelled", session_id, usage };
  if (exit.reason === "timeout_idle")
    return failed("timeout_idle", `The agent was silent for ${turn.idle_timeout_ms} ms.`, true);
  if (exit.reason === "limit_reached")
    return failed("limit", exit.error ?? "The agent reached a limit of the sandbox.", false);
  if (exit.reason === "timeout_total")
    return failed("timeout_total", `The turn took longer than ${turn.turn_timeout_ms} ms.`, true);
  return dialect.outcome(exit);
}
