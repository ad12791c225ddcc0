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

const ServerFile = z.object({ url: z.string(), pid: z.number().int() });

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
  const text = readText(path.join(dataDir, "server.json"));
  const token = where.env["HARNESS_TOKEN"] ?? readText(path.join(dataDir, "token"));
  if (text === undefined || token === undefined) return undefined;
  const file = ServerFile.safeParse(readJson(text));
  return file.success && isAlive(file.data.pid) ? { url: file.data.url, token } : undefined;
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
