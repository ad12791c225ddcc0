import { setTimeout as sleep } from "node:timers/promises";
import { backgroundOf } from "../background.ts";
import type { CommandDefinition, Context } from "../command.ts";
import { exitCodes, usageFailure } from "../failure.ts";
import { neutralLine } from "../terminal/neutral.ts";

/** Between two looks for new lines (milliseconds). */
const LOOK_MS = 300;
const MOST_LINES = 10_000;

/** One line of a log, as the server package reads it. */
interface Line {
  readonly at: string | null;
  readonly source: string;
  readonly text: string;
}

/** `harness logs`: what server and supervisor wrote down, also of a server that is gone. */
export const logsCommand: CommandDefinition = {
  path: "logs",
  summary: "Show the newest lines of the logs of server and supervisor",
  positionals: [],
  forms: () => [],
  extras: [
    {
      flags: "-n, --lines <number>",
      doc: "How many; 100 unless told",
      path: "lines",
      read: readCount,
    },
    { flags: "-f, --follow", doc: "Go on with what is written, until interrupted", path: "follow" },
  ],
  absent: {},
  notes: "Works without a running server. The files are in the folder logs of the data directory.",
  async run(context, { extras }) {
    const { background, paths } = await backgroundOf(context);
    const reader = new background.LogReader(paths.logs);
    const count = typeof extras["lines"] === "number" ? extras["lines"] : 100;
    const first = reader.newest(count);
    if (first.length === 0 && extras["follow"] !== true)
      context.err.line(`There are no logs in ${paths.logs} yet.`);
    const leaving = new AbortController();
    // Before anything is shown: whoever sees a line may interrupt at once.
    const off = extras["follow"] === true ? context.surroundings.onSignal(() => leaving.abort()) : undefined;
    for (const line of first) show(line, context);
    if (off === undefined) return exitCodes.ok;
    while (!leaving.signal.aborted) {
      for (const line of reader.added()) show(line, context);
      await sleep(LOOK_MS, undefined, { signal: leaving.signal }).catch(() => {});
    }
    off();
    return exitCodes.ok;
  },
};

function show(line: Line, { out, json }: Context): void {
  if (json) {
    out.json(line);
    return;
  }
  const time = out.paint("dim", neutralLine(line.at ?? "").padEnd(24));
  out.line(`${time} ${line.source.padEnd(10)} ${neutralLine(line.text)}`);
}

function readCount(text: string, flag: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MOST_LINES)
    throw usageFailure(
      `${flag}: expected a whole number from 1 to ${MOST_LINES}, got ${JSON.stringify(text)}.`,
      {
        field: flag,
      },
    );
  return count;
}
