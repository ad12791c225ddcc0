import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Requests to send again and again, and for how long. */
export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly method?: "GET" | "POST";
  readonly token?: string;
  readonly body?: unknown;
}

/** What came of it; latencies in milliseconds. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p99: number;
  readonly p50: number;
  /** Answers that were no success, and requests without one. */
  readonly failed: number;
}

/** Loads a server from a process of its own (autocannon), so that the measuring does not slow what is measured. */
export async function load({
  url,
  connections,
  seconds,
  method = "GET",
  token,
  body,
}: Load): Promise<LoadResult> {
  const program = join(import.meta.dirname, "../node_modules/autocannon/autocannon.js");
  const args = [program, "--json", "-c", String(connections), "-d", String(seconds), "-m", method];
  if (token) args.push("-H", `authorization=Bearer ${token}`);
  if (body) args.push("-H", "content-type=application/json", "-b", JSON.stringify(body));
  const { stdout } = await promisify(execFile)(process.execPath, [...args, url], {
    maxBuffer: 16 * 1024 * 1024,
  });
  const result = JSON.parse(stdout);
  return {
    perSecond: result.requests.average,
    p99: result.latency.p99,
    p50: result.latency.p50,
    failed: result.non2xx + result.errors + result.timeouts,
  };
}
