import type { CommandDefinition, Context } from "../command.ts";
import { exitCodes } from "../failure.ts";
import type { OptionForm } from "../options.ts";
import { serveHere, startOwnServer } from "../own-server.ts";

function flag(flags: string, doc: string, many?: true): OptionForm {
  return { flags, doc, path: /--([a-z-]+)/.exec(flags)?.[1] ?? flags, many };
}

/** The flags of `harness serve`; each is also a key of the configuration and a `HARNESS_*` variable. */
export const serveFlags: readonly OptionForm[] = [
  flag("--config <file>", "Configuration file to read instead of the user's own"),
  flag(
    "--transport <word>",
    "How clients reach the server: http, or stdio for JSON-RPC on standard input and output",
  ),
  flag("--host <address>", "Address to listen on; 127.0.0.1 unless told"),
  flag("--port <number>", "Port to listen on; 9800 unless told, 0 takes any free one"),
  flag("--allow-public-bind", "Allow an address other machines can reach; put TLS in front"),
  flag("--data-dir <path>", "Where everything Harness owns lives"),
  flag("--project-root <path>", "A repository to register at start"),
  flag("--database-url <url>", "A Postgres database in place of SQLite"),
  flag("--log-level <word>", "Least severe records that are written"),
  flag("--project <name=path>", "A repository to register at start (repeatable)", true),
];

/** How much longer than its drain a stopping server may take before it is ended. */
const beyondDrainMs = 5000;

/** `harness serve`: the server, until it is told to stop. */
export const serveCommand: CommandDefinition = {
  path: "serve",
  summary: "Serve the API until interrupted",
  positionals: [],
  forms: () => serveFlags.filter(({ path }) => path !== "data-dir"),
  extras: [],
  absent: {},
  notes: `SIGTERM and Ctrl-C let running turns finish (30 s unless configured), then stop; Ctrl-C twice leaves at once.
Work that was cut off goes on after the next start.`,
  async run(context, { params }) {
    const { surroundings } = context;
    const stop = Promise.withResolvers<string>();
    let asked = 0;
    const off = surroundings.onSignal((signal) => {
      asked += 1;
      if (asked === 1) stop.resolve(signal);
      else if (signal === "SIGINT") surroundings.leave(exitCodes.cancelled);
    });
    let hurry = () => {};
    const offNow = surroundings.onControl("SIGUSR2", () => {
      stop.resolve("SIGUSR2");
      hurry();
    });
    try {
      const flags = { ...params, ...(context.dataDir === undefined ? {} : { "data-dir": context.dataDir }) };
      // A server in the background has nobody at its standard input.
      const background = surroundings.env["HARNESS_RUN_BY"] !== undefined;
      const server = await (background ? startOwnServer(context, flags) : serveHere(context, flags));
      hurry = server.hurry;
      if (server.url === null)
        void server.ended.then((why) => {
          context.err.line(`The connection is over: ${why}.`);
          stop.resolve(why);
        });
      // Standard error of a server in the background is a file, and a login code is a secret.
      else if (!background)
        context.err.line(`Log in with a browser (once, within two minutes): ${server.loginUrl()}`);
      surroundings.started();
      const reason = await stop.promise;
      if (reason === "SIGUSR2") hurry();
      context.err.line("Stopping: running turns may finish first. Ctrl-C again leaves at once.");
      const watchdog = setTimeout(
        () => giveUp(context),
        server.config.server.drain_timeout_secs * 1000 + beyondDrainMs,
      );
      watchdog.unref();
      await server.stop(reason);
      clearTimeout(watchdog);
      // What a client does not read must not keep the process: everything asked before its end was answered.
      if (server.url === null) surroundings.leave(exitCodes.ok);
      return exitCodes.ok;
    } finally {
      off();
      offNow();
    }
  },
};

function giveUp(context: Context): void {
  context.err.line("The server did not stop in time and was ended; its work goes on after the next start.");
  context.surroundings.leave(exitCodes.internal);
}
