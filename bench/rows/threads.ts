import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HarnessClient } from "@harness/client";
import { withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";
import { residentMegabytes, startHarness } from "../server.ts";
import { smallRepository } from "../talking.ts";

const THREADS = 100;
/** How long all of them talk at once. */
const TALK_MS = 10_000;
const talker = `n=0; until [ -e enough ]; do n=$((n+1)); echo line $n of a thread; sleep 0.25; done; rm enough`;
const config = `[concurrency]
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
  const delayFile = join(folder, "delay");
  await using server = await startHarness(dataDir, {
    HARNESS_CONFIG: file,
    NODE_OPTIONS: `--import=${new URL("../loop-delay.mjs", import.meta.url).href}`,
    BENCH_DELAY_FILE: delayFile,
  });
  let rss = 0;
  const sampler = setInterval(() => {
    rss = Math.max(rss, residentMegabytes(server.pid));
  }, 50);
  try {
    const client = new HarnessClient(server);
    await client.call("project/create", { root: smallRepository(folder), id: "bench", validation: "none" });
    const { last_seq: after_seq } = await client.call("server/status", {});
    await delaySince(server.pid, delayFile);
    for (let n = 0; n < THREADS; n += 1) {
      const { thread_id } = await client.call("thread/start", { project: "bench", agent: "talker" });
      await client.call("turn/start", { thread_id, input: "Talk." });
    }
    await allTalk(client, after_seq);
    const starting = await delaySince(server.pid, delayFile);
    await sleep(TALK_MS);
    const value = await delaySince(server.pid, delayFile);
    for (const name of readdirSync(join(dataDir, "workspaces")))
      writeFileSync(join(dataDir, "workspaces", name, "tree", "enough"), "");
    const completed = await allEnd(client, after_seq);
    const ending = await delaySince(server.pid, delayFile);
    return {
      value,
      unit: "ms",
      met: value < 50 && rss < 400 && completed === THREADS,
      note: `${completed} of ${THREADS} completed; ${Math.round(starting)} ms while all started, ${Math.round(ending)} ms while all ended; RSS ${Math.round(rss)} MB at most`,
    };
  } finally {
    clearInterval(sampler);
  }
}

/** How late the event loop of the server was since this was last asked: p99, in milliseconds. */
async function delaySince(pid: number, file: string): Promise<number> {
  rmSync(file, { force: true });
  process.kill(pid, "SIGWINCH");
  while (!existsSync(file)) await sleep(10);
  return Number(readFileSync(file, "utf8"));
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
