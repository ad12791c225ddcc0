import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import path from "node:path";

/** One line of a log, from whichever file. */
export interface LogLine {
  /** RFC 3339; null for a line that does not say it. */
  readonly at: string | null;
  /** `supervisor`, `output` of the server, or the `server`'s own record. */
  readonly source: "supervisor" | "output" | "server";
  readonly text: string;
}

const levels: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};
/** Read at once from the end of a file. */
const CHUNK_BYTES = 256 * 1024;
/** Most that is read of one file for its newest lines. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Reads the logs of a data directory: the newest lines of all files in the order of their times, then, as often as
 * asked, what was added since. A file that was put aside (rotated) is read from its beginning again.
 */
export class LogReader {
  readonly #dir: string;
  readonly #seen = new Map<string, { inode: number; offset: number; rest: string }>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The newest lines; what comes later is answered by `added`. */
  newest(count: number): LogLine[] {
    return inOrder(this.#files().map(({ name, source }) => this.#tail(name, source, count))).slice(-count);
  }

  /** Lines written since the last call. */
  added(): LogLine[] {
    return inOrder(this.#files().map(({ name, source }) => this.#rest(name, source)));
  }

  #tail(name: string, source: LogLine["source"], count: number): LogLine[] {
    const file = path.join(this.#dir, name);
    return withFile(file, (descriptor) => {
      const { size, ino } = fstatSync(descriptor);
      let from = size;
      let bytes: Buffer = Buffer.alloc(0);
      while (from > 0 && size - from < MOST_BYTES && countLines(bytes) <= count) {
        const start = Math.max(0, from - CHUNK_BYTES);
        bytes = Buffer.concat([readAt(descriptor, start, from - start), bytes]);
        from = start;
      }
      const lines = bytes.toString("utf8").split("\n");
      const rest = lines.pop() ?? "";
      this.#seen.set(name, { inode: ino, offset: size, rest });
      // What begins in the middle of a line is not a line.
      return (from > 0 ? lines.slice(1) : lines).slice(-count).map((line) => parseLine(line, source));
    });
  }

  #rest(name: string, source: LogLine["source"]): LogLine[] {
    return withFile(path.join(this.#dir, name), (descriptor) => {
      const { size, ino } = fstatSync(descriptor);
      const seen = this.#seen.get(name);
      const same = seen !== undefined && seen.inode === ino && seen.offset <= size;
      const offset = same ? seen.offset : 0;
      if (size === offset) return [];
      const text =
        (same ? seen.rest : "") +
        readAt(descriptor, offset, Math.min(size - offset, MOST_BYTES)).toString("utf8");
      const lines = text.split("\n");
      const rest = lines.pop() ?? "";
      this.#seen.set(name, { inode: ino, offset: Math.min(size, offset + MOST_BYTES), rest });
      return lines.map((line) => parseLine(line, source));
    });
  }

  #files(): { name: string; source: LogLine["source"] }[] {
    return names(this.#dir).flatMap((name): { name: string; source: LogLine["source"] }[] => {
      if (name === "harness-supervisor.log") return [{ name, source: "supervisor" }];
      if (name === "harness-server.log") return [{ name, source: "output" }];
      return /^harness-serve-\d+\.log$/.test(name) ? [{ name, source: "server" }] : [];
    });
  }
}

/** A line as it stands in a file: a record of the server is JSON, the others begin with a time. */
export function parseLine(line: string, source: LogLine["source"]): LogLine {
  if (source === "server") return parseRecord(line) ?? { at: null, source, text: line };
  const found = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (.*)$/.exec(line);
  return { at: found?.[1] ?? null, source, text: found?.[2] ?? line };
}

function parseRecord(line: string): LogLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { time, level, msg, pid: _pid, ...facts } = value as Record<string, unknown>;
  const word = typeof level === "number" ? (levels[level] ?? String(level)) : "log";
  const more = Object.keys(facts).length > 0 ? ` ${JSON.stringify(facts)}` : "";
  return {
    at: typeof time === "string" ? time : null,
    source: "server",
    text: `${word}: ${typeof msg === "string" ? msg : ""}${more}`,
  };
}

/** Files one into another by time; a line without one stays behind the line before it in its file. */
function inOrder(files: readonly (readonly LogLine[])[]): LogLine[] {
  const keyed = files.flatMap((lines) => {
    let last = "";
    return lines.map((line) => {
      last = line.at ?? last;
      return { line, key: last };
    });
  });
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ line }) => line);
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}

function readAt(descriptor: number, start: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, start));
}

function withFile(file: string, read: (descriptor: number) => LogLine[]): LogLine[] {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    // Put aside or deleted between the listing and now.
    return [];
  }
  try {
    return read(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function names(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
