import { readFileSync } from "node:fs";
import path from "node:path";
import { HarnessClient } from "@harness/client";
import { discover } from "@harness/client/node";
import type { Context } from "./command.ts";
import type { Connection } from "./connection.ts";
import { CommandFailure } from "./failure.ts";
import { openQuietly, startOwnServer } from "./own-server.ts";

type Needs = Pick<Context, "surroundings" | "dataDir">;

/** The running server; without one a failure that says how to start it. */
export async function connect(needs: Needs): Promise<Connection> {
  const found = await find(needs);
  if (found === undefined)
    throw new CommandFailure(
      "no_server",
      `No server is running for the data directory ${dataDirOf(needs)}.`,
      {
        hint: "Start one: harness serve. Or name another with --data-dir or HARNESS_URL and HARNESS_TOKEN.",
      },
    );
  return running(found);
}

/** The running server, or the operations without one: for questions, which must not start any work. */
export async function connectQuietly(needs: Needs): Promise<Connection> {
  const found = await find(needs);
  return found === undefined ? openQuietly(needs) : running(found);
}

function running(found: { url: string; token: string }): Connection {
  return { client: new HarnessClient(found), url: found.url, own: false, async [Symbol.asyncDispose]() {} };
}

/** The running server, or one in this process on a free port, stopped when the connection is let go. */
export async function connectOrServe(needs: Needs): Promise<Connection> {
  const found = await find(needs);
  if (found !== undefined) return running(found);
  const { env } = needs.surroundings;
  const server = await startOwnServer(needs, {
    port: "0",
    ...(needs.dataDir === undefined ? {} : { "data-dir": needs.dataDir }),
    ...(env["HARNESS_LOG_LEVEL"] === undefined ? { "log-level": "error" } : {}),
  });
  needs.surroundings.started();
  return {
    client: new HarnessClient({ url: server.url, token: server.token }),
    url: server.url,
    own: true,
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

function find({ surroundings, dataDir }: Needs) {
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
      hint: "The first harness serve makes one. Is another data directory in use? See --data-dir.",
      cause,
    });
  }
}

function dataDirOf({ surroundings: { env, home, cwd }, dataDir }: Needs): string {
  const named = dataDir ?? env["HARNESS_DATA_DIR"];
  return named ? path.resolve(cwd, named) : path.join(home, ".local", "share", "harness");
}
