import { type Background, backgroundOf } from "../background.ts";
import type { CommandDefinition, Context } from "../command.ts";
import { CommandFailure, exitCodes } from "../failure.ts";

/** How long a server without a supervisor may take to stop: it ends itself 5 s after its drain, 3600 s at most. */
const LONGEST_STOP_MS = 3_620_000;
const START_MS = 60_000;

/** `harness down`: stops what `harness up` started. */
export const downCommand: CommandDefinition = {
  path: "down",
  summary: "Stop the server that runs in the background",
  positionals: [],
  forms: () => [],
  extras: [
    {
      flags: "--now",
      doc: "End running turns at once and queue their work again, instead of letting them finish",
      path: "now",
    },
  ],
  absent: {},
  notes: `Running turns may finish first (30 s unless configured); what is cut off goes on after the next start.
Nothing running is no failure. Exit code 1 when it did not stop.`,
  async run(context, { extras }) {
    const { background, paths } = await backgroundOf(context);
    const { supervisor, record, server, file } = background.lookAt(paths);
    const now = extras["now"] === true;
    const target = supervisor ?? (file === null ? null : server);
    if (target === null) return answer(context, false, nothingToStop(server, paths.root));
    if (supervisor === null) refuseOthers(file?.run_by ?? null, target.pid);
    if (!context.json)
      context.err.line(
        now ? "Stopping: running work is queued again." : "Stopping: running turns may finish first.",
      );
    background.askToStop(target, now);
    const limit = supervisor === null ? LONGEST_STOP_MS : (record?.stop_within_ms ?? LONGEST_STOP_MS);
    const over = await background.waitFor(paths, limit, () =>
      background.isAlive(target) ? undefined : true,
    );
    if (over === undefined)
      throw new CommandFailure(
        "not_stopped",
        `Process ${target.pid} did not stop within ${limit / 1000} s.`,
        {
          hint: "harness logs shows what it does.",
        },
      );
    const left = background.lookAt(paths);
    if (left.file !== null && left.file.pid === server?.pid)
      throw new CommandFailure(
        "not_stopped",
        `Its supervisor has died, but server ${left.file.pid} still runs.`,
        {
          hint: "Run it again: harness down",
        },
      );
    return answer(context, true, "Stopped. Start it again with: harness up");
  },
};

function answer({ json, out }: Context, stopped: boolean, text: string): number {
  if (json) out.json({ stopped });
  else out.line(text);
  return exitCodes.ok;
}

/** What listens on no address belongs to the program that started it: a command, or a server over standard input. */
function nothingToStop(server: { readonly pid: number } | null, root: string): string {
  return server === null
    ? `Nothing runs for the data directory ${root}.`
    : `Process ${server.pid} uses the data directory ${root} and listens on no address: it ends with the program that started it.`;
}

/** A server that others would start again, or that serves a command, is not stopped behind their backs. */
function refuseOthers(runBy: string | null, pid: number): void {
  if (runBy === "command")
    throw new CommandFailure("not_ours", `Process ${pid} serves for as long as its command lasts.`, {
      hint: "Stop that command with Ctrl-C.",
      exitCode: exitCodes.usage,
    });
  const stop = {
    systemd: "systemctl --user stop harness.service",
    launchd: "launchctl bootout gui/$(id -u)/dev.harness",
  }[runBy ?? ""];
  if (stop === undefined) return;
  throw new CommandFailure("not_ours", `The server is run by ${runBy}, which would start it again.`, {
    hint: `Stop it with: ${stop}`,
    exitCode: exitCodes.usage,
  });
}

/** `harness restart`: a new server process with the same flags and environment. */
export const restartCommand: CommandDefinition = {
  path: "restart",
  summary: "Stop the server in the background and start it again with the same flags",
  positionals: [],
  forms: () => [],
  extras: [],
  absent: {},
  notes: "Running turns may finish first, as with harness down.",
  async run(context) {
    const { background, paths } = await backgroundOf(context);
    const { supervisor, server, record } = background.lookAt(paths);
    if (supervisor === null)
      throw new CommandFailure("no_server", `Nothing is supervised for the data directory ${paths.root}.`, {
        hint: "Start it with: harness up",
      });
    background.askToRestart(supervisor);
    const limit = (record?.stop_within_ms ?? 0) + START_MS;
    const pid = await background.waitFor(paths, limit, (running) => startedSince(running, server?.pid));
    if (pid === undefined)
      throw new CommandFailure("not_started", "The server was not started again.", {
        hint: "Look at it with: harness status, harness logs",
      });
    if (context.json) context.out.json({ pid });
    else context.out.line(`Started again, process ${pid}.`);
    return exitCodes.ok;
  },
};

function startedSince(
  { supervisor, record, file }: ReturnType<Background["lookAt"]>,
  before: number | undefined,
): number | undefined {
  if (supervisor === null)
    throw new CommandFailure(
      "not_started",
      `The server was not started again: ${record?.reason ?? "unknown"}.`,
      {
        hint: "See harness logs.",
      },
    );
  return file !== null && file.pid !== before && record?.state === "running" ? file.pid : undefined;
}
