import path from "node:path";
import type { Clock } from "@harness/protocol";
import { type Logger as PinoLogger, pino } from "pino";
import { LogFile } from "./log-file.ts";
import { type Redact, safeRecord } from "./record.ts";
import { deleteOldLogs } from "./retention.ts";

/** Writes log records: `log.info({ task_id }, "what happened")`. */
export type Logger = PinoLogger;

/** Least severe records that are written. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** What a runtime log needs. */
export interface LoggerSettings {
  /** The folder of log files. */
  readonly dir: string;
  readonly level: LogLevel;
  readonly redact: Redact;
  readonly retentionDays: number;
  readonly clock: Clock;
  /** Size at which the file is put aside; 64 MiB unless told. */
  readonly maxBytes?: number;
  /** Receives one plain line for each record at `terminalLevel` or above; unset writes none. */
  readonly terminal?: (line: string) => void;
  readonly terminalLevel?: LogLevel;
  /** Told why a record could not be written. */
  readonly onLost?: (error: unknown) => void;
}

/** Where the runtime log is and whether it can be written, without a path outside the data directory. */
export interface RuntimeLogState {
  readonly state: "ok" | "degraded";
  readonly path_hint: string;
  readonly retention_days: number;
}

const numbers: Readonly<Record<LogLevel, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
  silent: Number.POSITIVE_INFINITY,
};
const names: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};
const dayMs = 86_400_000;

/**
 * The log of this process: `<dir>/harness-serve-<pid>.log`, one JSON object a line, mode 0600, without secrets;
 * old files are deleted at start and once a day. Written at once, so the last words of a crash are there.
 */
export class RuntimeLog implements Disposable {
  readonly logger: Logger;
  readonly #settings: LoggerSettings;
  readonly #file: LogFile;
  readonly #timer: NodeJS.Timeout;

  constructor(settings: LoggerSettings) {
    this.#settings = settings;
    const file = path.join(settings.dir, `harness-serve-${process.pid}.log`);
    this.#file = new LogFile(file, {
      ...(settings.maxBytes === undefined ? {} : { rotateAt: settings.maxBytes }),
      ...(settings.onLost ? { onLost: settings.onLost } : {}),
    });
    this.logger = pino(
      {
        level: settings.level,
        base: { pid: process.pid },
        timestamp: () => `,"time":"${new Date(settings.clock.now()).toISOString()}"`,
      },
      new Sink(settings, this.#file),
    );
    this.#deleteOld();
    this.#timer = setInterval(() => this.#deleteOld(), dayMs);
    this.#timer.unref();
  }

  /** Absolute path of the current file, for operators only. */
  get file(): string {
    return this.#file.file;
  }

  state(): RuntimeLogState {
    return {
      state: this.#file.lost === 0 ? "ok" : "degraded",
      path_hint: `logs/${path.basename(this.#file.file)}`,
      retention_days: this.#settings.retentionDays,
    };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#file.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #deleteOld(): void {
    const { dir, retentionDays, clock } = this.#settings;
    deleteOldLogs(dir, retentionDays, clock.now(), this.#file.file);
  }
}

/** Opens the runtime log of this process. */
export function createLogger(settings: LoggerSettings): RuntimeLog {
  return new RuntimeLog(settings);
}

/** Pino fills `lastLevel` and `lastMsg` of a destination that carries this. */
const metadata: unique symbol = Symbol.for("pino.metadata");

/** Pino's destination: pino leaves level and message of the record it writes on it. */
class Sink {
  readonly [metadata] = true;
  lastLevel = 0;
  lastMsg: unknown;
  readonly #settings: LoggerSettings;
  readonly #file: LogFile;

  constructor(settings: LoggerSettings, file: LogFile) {
    this.#settings = settings;
    this.#file = file;
  }

  write(line: string): void {
    const { redact, terminal, terminalLevel = "info" } = this.#settings;
    this.#file.write(safeRecord(line, redact));
    if (terminal === undefined || this.lastLevel < numbers[terminalLevel]) return;
    const message = redact(String(this.lastMsg ?? "").slice(0, 8000)).slice(0, 2000);
    terminal(`${names[this.lastLevel] ?? "log"}: ${printable(message)}`);
  }
}

/** Without control characters: a log line must not move the cursor or forge another line. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, " ");
}
