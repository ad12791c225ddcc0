import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Histogram, monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { HarnessClient } from "@harness/client";
import { startServer } from "@harness/server";
import { withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";
import { smallRepository } from "../talking.ts";

const THREADS = 100;
/** How long all of them talk at once. */
const TALK_MS = 10_000;
const RESOLUTION_MS = 5;
const talker = `n=0; until [ -e enough ]; do n=$((n+1)); echo line $n of a thread; sleep 0.25; done; rm enough`;
const config = `[server]
rate_limit_per_minute = 0

[concurrency]
max_running_turns = ${THREADS}

[agents.command.talker]
argv = ["sh", "-c", ${JSON.stringify(talker)}]
`;

/** Many conversations at once are many processes that talk, and one server that listens to all of them. */
export const row: BenchRow = {
  id: "bench.threads",
  title: `${THREADS} threads whose scripted agents all talk at once: event-loop delay, p99`,
  goal: "< 50 ms, RSS < 400 MB, every turn completed",
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const file = join(folder, "config.toml");
  writeFileSync(file, config);
  const dataDir = join(folder, "data");
  const server = await startServer({
    flags: { config: file, "data-dir": dataDir, port: "0", "log-level": "error" },
    env: { PATH: process.env["PATH"] ?? "" },
    cwd: folder,
    home: folder,
    platform: process.platform,
    stderr: () => {},
  });
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const together = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let rss = 0;
  const sampler = setInterval(() => {
    rss = Math.max(rss, process.memoryUsage.rss());
  }, 20);
  try {
    const client = new HarnessClient(server);
    await client.call("project/create", { root: smallRepository(folder), id: "bench", validation: "none" });
    const { last_seq: after_seq } = await client.call("server/status", {});
    delay.enable();
    for (let n = 0; n < THREADS; n += 1) {
      const { thread_id } = await client.call("thread/start", { project: "bench", agent: "talker" });
      await client.call("turn/start", { thread_id, input: "Talk." });
    }
    await allTalk(client, after_seq);
    together.enable();
    await sleep(TALK_MS);
    together.disable();
    for (const name of readdirSync(join(dataDir, "workspaces")))
      writeFileSync(join(dataDir, "workspaces", name, "tree", "enough"), "");
    const completed = await allEnd(client, after_seq);
    delay.disable();
    const megabytes = Math.round(rss / 1e6);
    return {
      value: p99(together),
      unit: "ms",
      met: p99(together) < 50 && megabytes < 400 && completed === THREADS,
      note: `${completed} of ${THREADS} completed; ${Math.round(p99(delay))} ms with their start and end, a storm of git and sandboxes; RSS ${megabytes} MB at most, the measuring included`,
    };
  } finally {
    clearInterval(sampler);
    await server.stop("measured");
  }
}

/** The histogram holds the pause of its own timer too. */
function p99(delay: Histogram): number {
  return Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS);
}

/** Waits until every agent has said something; none ends before it is told to. */
async function allTalk(client: HarnessClient, after_seq: number): Promise<void> {
  const talking = new Set<string | null>();
  const type = ["message.delta", "turn.ended"];
  for await (const { event } of client.stream("events", { after_seq, type })) {
    if (event.type === "turn.ended") throw new Error(`A turn ended early: ${JSON.stringify(event.data)}`);
    talking.add(event.turn_id);
    if (talking.size === THREADS) return;
  }
}

/** Waits for the end of every turn and answers how many completed. */
async function allEnd(client: HarnessClient, after_seq: number): Promise<number> {
  let ended = 0;
  let completed = 0;
  for await (const { event } of client.stream("events", { after_seq, type: ["turn.ended"] })) {
    if (event.type !== "turn.ended") continue;
    ended += 1;
    if (event.data.status === "completed") completed += 1;
    if (ended === THREADS) break;
  }
  return completed;
}
