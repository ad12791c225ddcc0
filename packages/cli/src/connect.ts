import { readFileSync } from "node:fs";
import path from "node:path";
import { HarnessClient } from "@harness/client";
import { discover, type Found, unaddressedServer } from "@harness/client/node";
import type { OperationName, Params, Result } from "@harness/protocol";
import type { Context } from "./command.ts";
import type { Client, Connection } from "./connection.ts";
import { CommandFailure } from "./failure.ts";
import { askWithoutServer, startOwnServer } from "./own-server.ts";

type Needs = Pick<Context, "surroundings" | "dataDir">;

/** The running server; without one a failure that says how to start it. */
export async function connect(needs: Needs): Promise<Connection> {
  return running(await locate(needs));
}

/** Where the running server is; without one a failure that says how to start it. */
export async function locate(needs: Needs): Promise<Found> {
  const found = await findServer(needs);
  if (found !== undefined) return found;
  const dataDir = dataDirOf(needs);
  const pid = unaddressedServer(dataDir);
  if (pid !== undefined)
    throw new CommandFailure(
      "server_unaddressed",
      `The server of the data directory ${dataDir} runs (process ${pid}) and has no address: it talks over its standard input and output with the program that started it.`,
      { hint: "Ask it through that program. To reach it from elsewhere, end it there and run: harness up" },
    );
  throw new CommandFailure("no_server", `No server is running for the data directory ${dataDir}.`, {
    hint: "Start one: harness up. One with another data directory is found with --data-dir, or with HARNESS_URL and HARNESS_TOKEN.",
  });
}

function running(found: Found): Connection {
  return { client: clientOf(found), url: found.url, own: false, async [Symbol.asyncDispose]() {} };
}

/** The typed client; a server that does not answer is said to be gone, by its address. */
function clientOf(found: Found): Client {
  const client = new HarnessClient(found);
  return {
    stream: client.stream.bind(client) as Client["stream"],
    call: async (name, params, options) => {
      try {
        return await client.call(name, params, options);
      } catch (error) {
        if (!(error instanceof TypeError) || error.cause === undefined) throw error;
        const reason = error.cause instanceof Error ? error.cause.message : error.message;
        throw new CommandFailure(
          "no_server",
          `The server at ${found.url} does not answer: ${reason || "no connection"}.`,
          {
            hint: "Is it running? harness up starts one.",
            cause: error,
          },
        );
      }
    },
  };
}

/** The running server, or one in this process on a free port, stopped when the connection is let go. */
export async function connectOrServe(needs: Needs): Promise<Connection> {
  const found = await findServer(needs);
  if (found !== undefined) return running(found);
  const { env } = needs.surroundings;
  const surroundings = { ...needs.surroundings, env: { ...env, HARNESS_RUN_BY: "command" } };
  const server = await startOwnServer(
    { surroundings },
    {
      port: "0",
      ...(needs.dataDir === undefined ? {} : { "data-dir": needs.dataDir }),
      ...(env["HARNESS_LOG_LEVEL"] === undefined ? { "log-level": "error" } : {}),
    },
  );
  needs.surroundings.started();
  return {
    client: clientOf(server),
    url: server.url,
    own: true,
    [Symbol.asyncDispose]: () => server.stop("the command ended"),
  };
}

/** The running server's answer; without a server the answer is found here, and nothing is started. */
export async function ask<N extends OperationName>(
  needs: Needs,
  name: N,
  params: Params<N>,
): Promise<Result<N>> {
  const found = await findServer(needs);
  return found === undefined ? askWithoutServer(needs, name, params) : clientOf(found).call(name, params);
}

function findServer({ surroundings, dataDir }: Needs) {
  return discover({ dataDir, env: surroundings.env });
}

/** The token of `HARNESS_TOKEN`, or of the data directory. */
export async function findToken(needs: Needs): Promise<string> {
  const given = needs.surroundings.env["HARNESS_TOKEN"];
  if (given) return given;
  try {
    return readFileSync(path.join(dataDirOf(needs), "token"), "utf8").trim();
  } catch (cause) {
    throw new CommandFailure("no_token", `There is no token in ${dataDirOf(needs)} yet.`, {
      hint: "The first harness up makes one. Is another data directory in use? See --data-dir.",
      cause,
    });
  }
}

function dataDirOf({ surroundings: { env, home, cwd }, dataDir }: Needs): string {
  const named = dataDir ?? env["HARNESS_DATA_DIR"];
  return named ? path.resolve(cwd, named) : path.join(home, ".local", "share", "harness");
}
