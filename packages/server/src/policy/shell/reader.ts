import type { ShellReading } from "../verdict.ts";
import { loadParser, type Parse } from "./parser.ts";
import { Reading } from "./reading.ts";
import { Unreadable } from "./unreadable.ts";

/** Reads what a shell would run, without running it. */
export interface ShellReader {
  /** Reads a shell text, as `bash -c` would be given it. */
  read(text: string): ShellReading;
  /** Reads a command that is a list of words already; `["bash", "-lc", "…"]` is read as its text. */
  readArgv(argv: readonly string[]): ShellReading;
}

/** Loads the grammar and answers a reader; keep it, for loading takes some 20 ms and 10 MB. */
export async function createShellReader(): Promise<ShellReader> {
  const parse = await loadParser();
  return {
    read: (text) => reading(parse, (into) => into.script(text)),
    readArgv: (argv) => reading(parse, (into) => into.argv(argv, argv.map(quoted).join(" "))),
  };
}

function reading(parse: Parse, read: (into: Reading) => void): ShellReading {
  const into = new Reading(parse);
  try {
    read(into);
    return { ok: true, segments: into.segments };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, reason: error.message, offset: error.offset };
  }
}

/** A word as it would stand in a shell text. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
