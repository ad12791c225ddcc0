import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { readJson } from "./problem.ts";

/** Where a server is and its token. */
export interface Found {
  readonly url: string;
  readonly token: string;
}

/** A server that talks with the program that started it has no address. */
const ServerFile = z.object({ url: z.string().nullable(), pid: z.number().int() });

/**
 * Finds the running server: `HARNESS_URL` with `HARNESS_TOKEN`, else `server.json` and `token` in the data directory
 * (`HARNESS_DATA_DIR`, `~/.local/share/harness` unless set). Undefined when none runs there.
 */
export async function discover(where: {
  dataDir?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
}): Promise<Found | undefined> {
  const dataDir =
    where.dataDir ??
    where.env["HARNESS_DATA_DIR"] ??
    path.join(where.env["HOME"] ?? homedir(), ".local", "share", "harness");
  const url = where.dataDir === undefined ? where.env["HARNESS_URL"] : undefined;
  if (url) return { url, token: where.env["HARNESS_TOKEN"] ?? readText(path.join(dataDir, "token")) ?? "" };
  const running = runningIn(dataDir);
  const token = where.env["HARNESS_TOKEN"] ?? readText(path.join(dataDir, "token"));
  return running === undefined || running.url === null || token === undefined
    ? undefined
    : { url: running.url, token };
}

/**
 * The process of a server that has this data directory and no address: it talks over its standard input and output with
 * the program that started it, and nobody else can reach it. Undefined when none does.
 */
export function unaddressedServer(dataDir: string): number | undefined {
  const running = runningIn(dataDir);
  return running?.url === null ? running.pid : undefined;
}

function runningIn(dataDir: string): z.infer<typeof ServerFile> | undefined {
  const text = readText(path.join(dataDir, "server.json"));
  const file = text === undefined ? undefined : ServerFile.safeParse(readJson(text));
  return file?.success === true && isAlive(file.data.pid) ? file.data : undefined;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** A server that was killed leaves its file behind. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
