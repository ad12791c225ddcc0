import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HarnessClient } from "@harness/client";
import type { Event } from "@harness/protocol";
import { median, percentile, withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";
import { startHarness } from "../server.ts";
import { moment, smallRepository, steerableAgent } from "../talking.ts";

const TIMES = 200;

/** What a person says in the middle of a turn is only worth saying at once. */
export const row: BenchRow = {
  id: "bench.steer",
  title: "words for a running turn, from the call to the scripted agent's program, p99",
  goal: "< 200 ms",
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const config = join(folder, "config.toml");
  writeFileSync(config, `[agents.claude]\ncli_path = ${JSON.stringify(steerableAgent(folder))}\n`);
  await using server = await startHarness(join(folder, "data"), {
    HARNESS_CONFIG: config,
    ANTHROPIC_API_KEY: "sk-bench-0000000000",
  });
  const client = new HarnessClient(server);
  await client.call("project/create", { root: smallRepository(folder), id: "bench", validation: "none" });
  const { thread_id } = await client.call("thread/start", { project: "bench", agent: "claude" });
  const { turn_id } = await client.call("turn/start", { thread_id, input: "Wait for more." });
  if (turn_id === null) throw new Error("The turn was queued.");
  await said(client, thread_id, (text) => text === "begun");
  const sent: number[] = [];
  for (let n = 0; n < TIMES; n += 1) {
    sent.push(moment());
    await client.call("turn/steer", { turn_id, instruction: `say ${n}` });
  }
  await client.call("turn/steer", { turn_id, instruction: "end" });
  const heard = new Map<number, number>();
  await said(client, thread_id, (text) => {
    const [, n, at] = /^say (\d+) ([\d.]+)$/.exec(text) ?? [];
    if (n !== undefined) heard.set(Number(n), Number(at));
    return text.startsWith("end ");
  });
  const taken = sent.map((at, n) => (heard.get(n) ?? Number.POSITIVE_INFINITY) - at);
  const value = percentile(taken, 0.99);
  return {
    value,
    unit: "ms",
    met: value < 200,
    note: `${TIMES} times one after another, median ${median(taken).toFixed(1)} ms, by one clock for both; sandbox included`,
  };
}

/** Reads what the agent says from the beginning of its thread until it has said enough. */
async function said(
  client: HarnessClient,
  thread_id: string,
  enough: (text: string) => boolean,
): Promise<void> {
  for await (const { event } of client.stream("thread", { thread_id })) {
    if (event.type === "turn.ended") failUnlessCompleted(event);
    if (event.type === "item.completed" && event.data.item.role !== "user")
      if (enough(event.data.item.text ?? "")) return;
  }
}

function failUnlessCompleted({ data }: Extract<Event, { type: "turn.ended" }>): void {
  if (data.status !== "completed") throw new Error(`The turn ${data.status}: ${data.failure?.message}`);
}
