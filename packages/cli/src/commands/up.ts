import { accepts, type Background, backgroundOf, loginUrl } from "../background.ts";
import type { CommandDefinition, Context } from "../command.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { neutralLine } from "../terminal/neutral.ts";
import { downCommand, restartCommand } from "./down.ts";
import { logsCommand } from "./logs.ts";
import { serveFlags } from "./serve.ts";
import { serviceForms, serviceOf } from "./service.ts";
import { superviseCommand } from "./supervise.ts";

/** How long a start may take before the command stops waiting for it. */
const START_MS = 60_000;

/** What `harness up` answers. */
interface Up {
  readonly url: string;
  readonly login_url: string | null;
  readonly pid: number;
  readonly supervisor_pid: number | null;
  readonly data_dir: string;
  readonly log_file: string | null;
  readonly already_running: boolean;
}

const upCommand: CommandDefinition = {
  path: "up",
  summary: "Start the server in the background, and again whenever it crashes",
  positionals: [],
  forms: () => serveFlags.filter(({ path }) => path !== "data-dir"),
  extras: serviceForms,
  absent: {},
  notes: `Returns when the server accepts requests. It goes on after the terminal is closed; a crash is followed by a new
start after 1 s, 2 s, 4 s … 60 s, and ten crashes within 15 minutes by none. harness down stops it, harness status and
harness logs show it. To have it started with the machine: harness up --install systemd (or launchd).`,
  async run(context, { params, extras }) {
    const service = serviceOf(extras);
    if (service !== undefined) return service(context, params);
    const { background, options, paths } = await backgroundOf(context, params);
    const before = await afterStop(background, paths);
    if (before.server !== null && before.file?.run_by === "command")
      throw new CommandFailure(
        "data_dir_locked",
        `Process ${before.server.pid} serves ${paths.root} for as long as its command lasts.`,
        { hint: "Wait for its end, then: harness up", exitCode: exitCodes.usage },
      );
    const others = before.server !== null && before.file !== null && before.file.run_by !== "harness";
    const launched =
      others || before.supervisor !== null
        ? undefined
        : await background.launchSupervisor({
            program: [...context.surroundings.program, "supervise"],
            surroundings: options,
          });
    const running = others ? before : await ready(background, paths, launched);
    const { url = "", pid = 0 } = running.file ?? {};
    const up: Up = {
      url,
      login_url: await loginUrl(url, await background.readToken(options, paths)),
      pid,
      supervisor_pid: running.supervisor?.pid ?? null,
      data_dir: paths.root,
      log_file: running.supervisor === null ? null : (running.record?.log_file ?? null),
      already_running: before.server !== null,
    };
    if (context.json) context.out.json(up);
    else show(up, running.file?.run_by ?? null, context);
    return exitCodes.ok;
  },
};

type Paths = ReturnType<Background["locateDataDir"]>;
type Running = ReturnType<Background["lookAt"]>;

/** What runs; a supervisor that is stopping has stopped first. */
async function afterStop(background: Background, paths: Paths): Promise<Running> {
  const found = background.lookAt(paths);
  if (found.supervisor === null || found.record?.state !== "stopping") return found;
  await background.waitFor(
    paths,
    found.record.stop_within_ms,
    ({ supervisor }) => supervisor === null || undefined,
  );
  return background.lookAt(paths);
}

/** Waits until the supervised server accepts requests; fails with what it said when it cannot start. */
async function ready(background: Background, paths: Paths, launched: number | undefined): Promise<Running> {
  const found = await background.waitFor(paths, START_MS, async (running) => {
    const { supervisor, record, server, file } = running;
    if (supervisor === null) {
      if (launched === undefined || !background.isRunning(launched))
        throw notStarted(running, launched, paths);
      return undefined;
    }
    const watched = record?.supervisor.pid === supervisor.pid && record.state === "running";
    if (!watched || file === null || record.server?.pid !== server?.pid) return undefined;
    return (await accepts(file.url)) ? running : undefined;
  });
  if (found !== undefined) return found;
  throw new CommandFailure("not_started", "The server does not accept requests yet.", {
    hint: `It is still being started. Look at it with: harness status, harness logs`,
  });
}

function notStarted({ record }: Running, launched: number | undefined, paths: Paths): CommandFailure {
  const own = record !== null && (launched === undefined || record.supervisor.pid === launched);
  const lines = own ? (record.last_crash?.lines ?? []) : [];
  const said = lines.find((line) => /^error: /.test(line))?.replace(/^error: /, "") ?? lines.at(-1);
  const reason = said ?? (own ? record.reason : null) ?? "it said nothing";
  return new CommandFailure("not_started", `The server could not start: ${reason}`, {
    hint: `Everything it wrote is in ${paths.logs}; see harness logs.`,
  });
}

function show(up: Up, runBy: string | null, { out }: Context): void {
  const by = runBy === "systemd" || runBy === "launchd" ? ` under ${runBy}` : "";
  const where = runBy === null ? "at a terminal" : `in the background${by}`;
  out.line(`Harness ${up.already_running ? "already runs" : "runs"} ${where} at ${neutralLine(up.url)}`);
  out.facts([
    ["login", up.login_url && `${up.login_url} (once, within two minutes)`],
    ["data", up.data_dir],
    ["log", up.log_file && `${up.log_file} (or: harness logs -f)`],
    ["stop", stopText(up, runBy)],
  ]);
}

function stopText({ pid }: Up, runBy: string | null): string {
  if (runBy === "systemd") return "systemctl --user stop harness.service";
  if (runBy === "launchd") return "launchctl kill TERM gui/$(id -u)/dev.harness";
  return runBy === null ? `Ctrl-C where it runs (process ${pid}), or: harness down` : "harness down";
}

/** The commands about a server that runs by itself. */
export const upCommands: readonly CommandDefinition[] = [
  upCommand,
  downCommand,
  restartCommand,
  logsCommand,
  superviseCommand,
];
