import type { OperationName, Params, Result } from "@harness/protocol";
import type { Context } from "./command.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Starts the server in this process. It is loaded here and nowhere else, so that commands that only talk to a
 * running server start fast.
 */
export async function startOwnServer(
  context: Pick<Context, "surroundings">,
  flags: Readonly<Record<string, unknown>>,
) {
  const { startServer } = await import("@harness/server");
  return startServer(serverOptions(context.surroundings, flags));
}

/** Starts the server in this process with the transport its settings name: an address, or our standard input and output. */
export async function serveHere(
  context: Pick<Context, "surroundings">,
  flags: Readonly<Record<string, unknown>>,
) {
  const { startServing } = await import("@harness/server");
  const { stdin, stdout } = context.surroundings;
  return startServing(serverOptions(context.surroundings, flags), {
    input: stdin,
    output: stdout,
  });
}

/** Asks one thing without a server: nothing is started, so no queued task runs because of a question. */
export async function askWithoutServer<N extends OperationName>(
  { surroundings, dataDir }: Pick<Context, "surroundings" | "dataDir">,
  name: N,
  params: Params<N>,
): Promise<Result<N>> {
  const { askOnce } = await import("@harness/server");
  const flags = { "log-level": "error", ...(dataDir === undefined ? {} : { "data-dir": dataDir }) };
  return askOnce(serverOptions(surroundings, flags), name, params);
}

/** What the server is given of our surroundings. */
export function serverOptions(surroundings: Surroundings, flags: Readonly<Record<string, unknown>>) {
  const { env, cwd, home, stderr } = surroundings;
  return {
    flags: flags as Record<string, string | boolean | readonly string[] | undefined>,
    env,
    cwd,
    home,
    platform: process.platform,
    stderr: (line: string) => void stderr.write(`${line}\n`),
  };
}
