import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { systemClock } from "@harness/protocol";
import {
  type AgentTurn,
  CommandAgent,
  Recordings,
  type TurnOutcome,
} from "../../packages/server/src/agents/index.ts";
import { ProcessRunner } from "../../packages/server/src/process/index.ts";
import { Redactor } from "../../packages/server/src/secrets/index.ts";
import { withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";

const GIGABYTE = 1_000_000_000;
const CAP_BYTES = 1024 * 1024;
const RESOLUTION_MS = 5;
const TURN = "turn_flood";
const flood = `const line = "x".repeat(999) + "\\n";
const block = Buffer.from(line.repeat(64));
let left = ${GIGABYTE};
const pour = () => {
  while (left > 0) {
    left -= block.length;
    if (!process.stdout.write(block)) return process.stdout.once("drain", pour);
  }
};
pour();`;

/** An agent that pours out a gigabyte, and is recorded, must neither stop the server nor fill its memory. */
export const row: BenchRow = {
  id: "bench.flood",
  title: "agent flooding 1 GB of stdout, recorded: event-loop delay, p99",
  goal: "< 50 ms, RSS < 300 MB, output and recording kept to their caps with the cut marked",
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const recordings = recordingsIn(folder);
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let rss = 0;
  const sampler = setInterval(() => {
    rss = Math.max(rss, process.memoryUsage.rss());
  }, 20);
  delay.enable();
  const begun = performance.now();
  let outcome: TurnOutcome | undefined;
  for await (const event of recordings.run(agentIn(folder), turnIn(folder), TURN))
    if (event.type === "ended") outcome = event.outcome;
  const seconds = (performance.now() - begun) / 1000;
  delay.disable();
  clearInterval(sampler);
  // The histogram holds the pause of its own timer too.
  const p99 = Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS);
  const read = await recordings.read(TURN);
  const [recording] = read === undefined || "why" in read ? [] : read;
  const text = outcome?.status === "completed" ? outcome.final_text : "";
  const kept = text.length > 0 && text.length < CAP_BYTES + 1000 && recording?.cut === true;
  const chars = (recording?.entries ?? []).reduce((sum, { s }) => sum + s.length, 0);
  const megabytes = Math.round(rss / 1e6);
  return {
    value: p99,
    unit: "ms",
    met: p99 < 50 && megabytes < 300 && kept,
    note: `RSS ${megabytes} MB at most; ${GIGABYTE} bytes in ${seconds.toFixed(1)} s, ${text.length} of them kept and ${chars} recorded`,
  };
}

function recordingsIn(folder: string): Recordings {
  const redactor = new Redactor();
  return new Recordings({
    folder: join(folder, "recordings"),
    clock: systemClock,
    redact: redactor.redact,
    redaction: () => redactor.createStream(),
    version: "bench",
    enabled: true,
    logger: {
      warn: (facts, message) => {
        throw new Error(`${message} ${JSON.stringify(facts)}`);
      },
    },
  });
}

function agentIn(folder: string): CommandAgent {
  const program = join(folder, "flood.mjs");
  writeFileSync(program, flood);
  const running = { clock: systemClock, ledgerDir: join(folder, "ledger"), killGraceMs: 1000 };
  return new CommandAgent({
    runner: new ProcessRunner(running),
    clock: systemClock,
    name: "flood",
    state_dir: join(folder, "state"),
    argv: [process.execPath, program],
    host_env: { PATH: process.env["PATH"] ?? "" },
  });
}

function turnIn(folder: string): AgentTurn {
  return {
    prompt: "",
    workspace: folder,
    access: "workspace-write",
    attempt_id: "att_flood",
    turn_timeout_ms: 600_000,
    idle_timeout_ms: 600_000,
    max_output_bytes: CAP_BYTES,
    sandbox: async (command) => command,
    approve: async () => ({ decision: "deny", reason: "nobody is asked" }),
    signal: new AbortController().signal,
  };
}
