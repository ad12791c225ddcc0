import path from "node:path";
import { HarnessClient } from "@harness/client";
import type { Context } from "./command.ts";
import { serverOptions } from "./own-server.ts";

/** What looks after a server in the background; loaded only by the commands that do. */
export type Background = typeof import("@harness/server/supervisor");

/** The background of this data directory: its functions, its places, and the settings a server would have. */
export async function backgroundOf(
  { surroundings, dataDir }: Pick<Context, "surroundings" | "dataDir">,
  flags: Readonly<Record<string, unknown>> = {},
) {
  const background: Background = await import("@harness/server/supervisor");
  const given = {
    ...flags,
    ...(dataDir === undefined ? {} : { "data-dir": path.resolve(surroundings.cwd, dataDir) }),
  };
  const options = serverOptions(surroundings, given);
  return { background, options, paths: background.locateDataDir(options) };
}

/** A browser's login URL of a server; null when it gives none. */
export async function loginUrl(url: string, token: string | undefined): Promise<string | null> {
  if (token === undefined) return null;
  try {
    return (await new HarnessClient({ url, token }).call("auth/login_code", {})).url;
  } catch {
    return null;
  }
}

/** Whether a server accepts requests. */
export async function accepts(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`)).ok;
  } catch {
    return false;
  }
}
