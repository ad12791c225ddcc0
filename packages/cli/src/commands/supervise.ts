import { backgroundOf } from "../background.ts";
import type { CommandDefinition } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { version } from "../version.ts";
import { serveFlags } from "./serve.ts";

/** `harness supervise`: the process `harness up` leaves behind. SIGTERM stops, SIGUSR2 stops at once, SIGHUP restarts. */
export const superviseCommand: CommandDefinition = {
  path: "supervise",
  summary: "Run the server and start it again when it crashes; harness up starts this in the background",
  positionals: [],
  forms: () => serveFlags.filter(({ path }) => path !== "data-dir"),
  extras: [],
  absent: {},
  hidden: true,
  async run(context, { params }) {
    const { surroundings } = context;
    const { background, options, paths } = await backgroundOf(context, params);
    const { argv } = background.commandLine({ ...options.flags, "data-dir": paths.root });
    const [file = "", ...words] = surroundings.program;
    const env = Object.fromEntries(
      Object.entries(surroundings.env).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    );
    const supervision = background.supervise(
      options,
      { file, args: [...words, "serve", ...argv], cwd: surroundings.cwd, env },
      version,
    );
    const offs = [
      surroundings.onSignal(() => supervision.stop("drain")),
      surroundings.onControl("SIGUSR2", () => supervision.stop("now")),
      surroundings.onControl("SIGHUP", () => supervision.restart()),
    ];
    surroundings.started();
    try {
      return (await supervision.ended) ? exitCodes.ok : exitCodes.internal;
    } finally {
      for (const off of offs) off();
    }
  },
};
