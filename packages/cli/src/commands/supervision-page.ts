import type { Result } from "@harness/protocol";
import { backgroundOf } from "../background.ts";
import type { Context } from "../command.ts";
import { CommandFailure } from "../failure.ts";
import { neutralLine } from "../terminal/neutral.ts";
import type { Screen } from "../terminal/screen.ts";
import { ago } from "../terminal/words.ts";

type Status = Result<"server/status">;
type Crash = NonNullable<Status["supervision"]["last_crash"]>;

/** The lines of `harness status` about who looks after the server, and what keeps the machine awake. */
export function supervisionFacts({ supervision, keep_awake }: Status, now: number) {
  const { last_crash, restarts, log_file } = supervision;
  return [
    ["supervised", supervisedText(supervision), supervision.by === null ? "yellow" : undefined],
    ["restarts", restarts > 0 ? String(restarts) : null, "yellow"],
    ["last crash", last_crash && crashText(last_crash, now), "yellow"],
    ["log", log_file],
    ["keeps awake", awakeText(keep_awake), keep_awake.state === "unavailable" ? "yellow" : undefined],
  ] as const;
}

function supervisedText({ by, supervisor_pid }: Status["supervision"]): string {
  if (by === "harness")
    return supervisor_pid === null
      ? "no: its supervisor has died; harness up watches it again"
      : `by process ${supervisor_pid}`;
  if (by === "command") return "no: it serves for as long as a command lasts";
  return by === null ? "no: started at a terminal; harness up restarts it after a crash" : `by ${by}`;
}

function awakeText({ state, by, problem }: Status["keep_awake"]): string {
  if (state === "held") return `yes, by ${by}`;
  if (state === "idle") return `while tasks run, by ${by}`;
  return state === "off" ? "no (up.keep_awake)" : `not possible: ${problem}`;
}

/** How a server ended: `exit code 1 after 12 min, 3 s ago`. */
function crashText({ at, exit_code, signal, uptime_ms }: Crash, now: number): string {
  const how = signal ?? (exit_code === null ? "in an unknown way" : `exit code ${exit_code}`);
  return `${how} after ${Math.round(uptime_ms / 1000)} s, ${ago(at, now)}`;
}

/** The last lines a crashed server wrote. */
export function showCrash(crash: Crash | null, screen: Screen): void {
  if (crash === null || crash.lines.length === 0) return;
  screen.line();
  screen.line(screen.paint("dim", "The server's last lines before the crash:"));
  for (const line of crash.lines.slice(-10)) screen.line(`  ${neutralLine(line)}`);
}

/** Why no server answers, as far as its supervisor wrote it down; the given failure when it wrote nothing. */
export async function whyNotRunning(context: Context, failure: unknown): Promise<unknown> {
  const remote = context.dataDir === undefined && context.surroundings.env["HARNESS_URL"];
  if (remote || !(failure instanceof CommandFailure) || failure.code !== "no_server") return failure;
  const { background, paths } = await backgroundOf(context);
  const { supervisor, record } = background.lookAt(paths);
  if (record === null) return failure;
  // A server that was asked to stop is not explained by a crash before that.
  if (!context.json && record.state !== "stopped") showCrash(record.last_crash, context.err);
  const now = context.surroundings.clock.now();
  const crash = record.last_crash === null ? "" : ` It crashed: ${crashText(record.last_crash, now)}.`;
  const no_server = (text: string, hint: string) =>
    new CommandFailure("no_server", `No server is running for the data directory ${paths.root}: ${text}`, {
      hint,
    });
  if (supervisor !== null)
    return record.state === "waiting"
      ? no_server(`it is started again at ${record.next_start_at}.${crash}`, "See why: harness logs")
      : no_server(`it is ${record.state}.${crash}`, "Look again in a moment, or see: harness logs");
  if (record.state === "gave_up")
    return no_server(`${record.reason ?? "it was given up."}${crash}`, "See harness logs, then: harness up");
  return record.state === "stopped"
    ? no_server(`${record.reason ?? "stopped"}.`, "Start it: harness up")
    : no_server(`it and its supervisor were ended from outside.${crash}`, "Start it: harness up");
}
