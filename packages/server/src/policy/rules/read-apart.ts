import { Worker } from "node:worker_threads";
import type { ReadSource, RuleSource } from "./read-source.ts";

/** How long reading files of rules may take, and how much memory. */
export interface ReadLimits {
  readonly timeMs: number;
  readonly memoryMb: number;
}

const limits: ReadLimits = { timeMs: 10_000, memoryMb: 128 };

/**
 * Reads texts as rules in a thread of its own, which ends with them: whatever a text does there, the server goes on
 * and its memory is bounded. A thread that dies or takes too long makes a fault of every text it was given.
 */
export async function readApart(
  sources: readonly RuleSource[],
  { timeMs, memoryMb }: ReadLimits = limits,
): Promise<readonly ReadSource[]> {
  if (sources.length === 0) return [];
  const worker = new Worker(workerFile(), {
    workerData: sources,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  });
  const done = Promise.withResolvers<readonly ReadSource[]>();
  const timer = setTimeout(
    () => done.resolve(failed(sources, `reading it took longer than ${timeMs} ms`)),
    timeMs,
  );
  worker.once("message", (read: readonly ReadSource[]) => done.resolve(read));
  worker.once("error", (error: unknown) =>
    done.resolve(
      failed(sources, `reading it failed: ${error instanceof Error ? error.message : String(error)}`),
    ),
  );
  worker.once("exit", () => done.resolve(failed(sources, "reading it ended without an answer")));
  try {
    return await done.promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

function failed(sources: readonly RuleSource[], message: string): ReadSource[] {
  return sources.map(({ file }) => ({ ok: false, fault: { file, line: 1, column: 1, message } }));
}

/** Beside this file in the source; in what users run, a piece of its own beside the bundle. */
function workerFile(): URL {
  return import.meta.url.endsWith(".ts")
    ? new URL("./rule-worker.ts", import.meta.url)
    : new URL("../rule-worker.js", import.meta.url);
}
