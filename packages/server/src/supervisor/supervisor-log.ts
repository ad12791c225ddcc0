import path from "node:path";
import type { Clock } from "@harness/protocol";
import { LogFile } from "../telemetry/index.ts";

/** Lines of a crashed server that are kept in the record. */
const KEPT_LINES = 20;
const MOST_LINE_CHARS = 500;

/** What a supervisor writes down. */
export interface SupervisorLogSettings {
  readonly dir: string;
  readonly clock: Clock;
  readonly maxBytes: number;
  readonly redact: (text: string) => string;
}

/**
 * The two files of a supervisor in the folder of logs, both rotated and without secrets: `harness-server.log` is
 * what the server wrote to its standard output and error, `harness-supervisor.log` is what became of the server.
 */
export class SupervisorLog implements Disposable {
  readonly #settings: SupervisorLogSettings;
  readonly #output: LogFile;
  readonly #events: LogFile;
  #latest: string[] = [];

  constructor(settings: SupervisorLogSettings) {
    this.#settings = settings;
    this.#output = new LogFile(path.join(settings.dir, "harness-server.log"), {
      rotateAt: settings.maxBytes,
    });
    this.#events = new LogFile(path.join(settings.dir, "harness-supervisor.log"), {
      rotateAt: settings.maxBytes,
    });
  }

  /** The file of the server's output. */
  get file(): string {
    return this.#output.file;
  }

  /** One line the server wrote. */
  output(line: string): void {
    const text = this.#settings.redact(line);
    this.#latest = [...this.#latest, text.slice(0, MOST_LINE_CHARS)].slice(-KEPT_LINES);
    this.#output.write(`${this.#now()} ${text}\n`);
  }

  /** The last lines since the previous call, for the record of a crash. */
  takeLatest(): string[] {
    const lines = this.#latest;
    this.#latest = [];
    return lines;
  }

  /** Something that happened to the server. */
  event(message: string): void {
    this.#events.write(`${this.#now()} ${this.#settings.redact(message)}\n`);
  }

  [Symbol.dispose](): void {
    this.#output.close();
    this.#events.close();
  }

  #now(): string {
    return new Date(this.#settings.clock.now()).toISOString();
  }
}
