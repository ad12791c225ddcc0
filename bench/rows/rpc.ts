import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { percentile, withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";
import { harnessCommand, harnessEnvironment, startHarness } from "../server.ts";

const CALLS = 5_000;
const WARM_UP = 500;

/** A client that drives everything over JSON-RPC feels no delay of ours. */
export const row: BenchRow = {
  id: "bench.rpc",
  title: "a JSON-RPC call that reads the database, there and back: p99 over /ws and over stdio, the slower",
  goal: "< 5 ms",
  run: () => withTempDir(measure),
};

/** Sends a line of JSON and answers once the response to it is there. */
type Ask = (message: string) => Promise<void>;

async function measure(folder: string): Promise<Measurement> {
  const socket = await overSocket(join(folder, "socket"));
  const stdio = await overStdio(join(folder, "stdio"));
  const value = Math.max(percentile(socket, 0.99), percentile(stdio, 0.99));
  const shown = (times: number[]) =>
    `p50 ${percentile(times, 0.5).toFixed(2)} ms, p99 ${percentile(times, 0.99).toFixed(2)} ms`;
  return {
    value,
    unit: "ms",
    met: value < 5,
    note: `/ws ${shown(socket)}; stdio ${shown(stdio)}; ${CALLS} calls of task/list one after another`,
  };
}

async function overSocket(dataDir: string): Promise<number[]> {
  await using server = await startHarness(dataDir);
  const headers = { authorization: `Bearer ${server.token}` };
  // Node's WebSocket takes headers as a browser's does not.
  const Platform = WebSocket as unknown as new (url: string, options: object) => WebSocket;
  const socket = new Platform(`${server.url.replace("http", "ws")}/ws`, { headers });
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  let answered = () => {};
  socket.addEventListener("message", () => answered());
  const times = await roundTrips(
    (message) =>
      new Promise((resolve) => {
        answered = resolve;
        socket.send(message);
      }),
  );
  socket.close();
  return times;
}

async function overStdio(dataDir: string): Promise<number[]> {
  const [program = "", ...words] = harnessCommand;
  const child = spawn(program, [...words, "--transport", "stdio"], {
    env: harnessEnvironment(dataDir),
    stdio: ["pipe", "pipe", "ignore"],
  });
  let answered = () => {};
  createInterface({ input: child.stdout }).on("line", () => answered());
  const times = await roundTrips(
    (message) =>
      new Promise((resolve) => {
        answered = resolve;
        child.stdin.write(`${message}\n`);
      }),
  );
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.stdin.end();
  await gone;
  return times;
}

/** Shakes hands, then takes the time of each of many calls (milliseconds). */
async function roundTrips(ask: Ask): Promise<number[]> {
  const call = (method: string, params: object = {}) =>
    ask(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  await call("initialize", { capabilities: { notifications: false } });
  await call("initialized");
  const times: number[] = [];
  for (let n = 0; n < WARM_UP + CALLS; n += 1) {
    const start = performance.now();
    await call("task/list");
    if (n >= WARM_UP) times.push(performance.now() - start);
  }
  return times;
}
