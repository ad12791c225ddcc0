import type { ShellReading } from "../verdict.ts";
import { loadParser, type Parse } from "./parser.ts";
import { Reading } from "./reading.ts";
import { Unreadable } from "./unreadable.ts";

/** Reads what a shell would run, without running it. */
export interface ShellReader {
  /** Reads a shell text, as `bash -c` would be given it. */
  read(text: string): ShellReading;
  /**
   * Reads a command that is a list of words already. `["bash", "-lc", text]` is how an agent starts a text of its
   * own: it is read as that text, and no rule on `bash` is asked.
   */
  readArgv(argv: readonly string[]): ShellReading;
}

/** Loads the grammar and answers a reader; keep it, for loading takes some 20 ms and 10 MB. */
export async function createShellReader(): Promise<ShellReader> {
  const parse = await loadParser();
  return {
    read: (text) => reading(parse, (into) => into.script(text)),
    readArgv: (argv) =>
      reading(parse, (into) => {
        const text = startedText(argv);
        if (text === undefined) into.argv(argv, argv.map(quoted).join(" "));
        else into.script(text);
      }),
  };
}

/** The text an agent gives a shell to run. */
function startedText(argv: readonly string[]): string | undefined {
  const [program = "", option = "", text] = argv;
  const starts = /^(?:(?:\/usr)?\/bin\/)?(?:bash|zsh|sh)$/.test(program) && /^-l?c$/.test(option);
  return starts && argv.length === 3 ? text : undefined;
}

function reading(parse: Parse, read: (into: Reading) => void): ShellReading {
  const into = new Reading(parse);
  try {
    read(into);
    return { ok: true, segments: into.segments };
  } catch (error) {
    // Nested so deep that walking over it takes the whole stack.
    if (error instanceof RangeError) return { ok: false, reason: "it is nested too deep", offset: 0 };
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, reason: error.message, offset: error.offset };
  }
}

/** A word as it would stand in a shell text. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
