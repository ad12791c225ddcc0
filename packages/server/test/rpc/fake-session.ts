import { setImmediate } from "node:timers/promises";
import { createIdFactory, HarnessError, type OperationName, type Scope } from "@harness/protocol";
import { Rpc, type RpcSession } from "../../src/rpc/index.ts";
import { MemoryLog } from "../http/edge.ts";
import { Message } from "./wires.ts";

const ALL: readonly Scope[] = ["open", "read", "submit", "operate"];

/** A session over a log in memory and operations that wait until the test lets them end. */
export function connect(options: { scopes?: readonly Scope[]; log?: MemoryLog } = {}) {
  const log = options.log ?? new MemoryLog();
  const sent: Message[] = [];
  const running: { name: OperationName; params: unknown; end: (result: unknown) => void }[] = [];
  const failures: string[] = [];
  /** Set to keep the channel full. */
  const full: { until?: Promise<void> } = {};
  const rpc = new Rpc({
    invoker: {
      invoke: (name, params, caller) => {
        if (!caller.scopes.has("operate")) return Promise.reject(new HarnessError("forbidden", "no"));
        return new Promise((end) => running.push({ name, params, end }));
      },
    },
    feeds: log,
    projectId: async (key) => `id of ${key}`,
    newId: createIdFactory(Date.now),
    version: "1.2.3",
    redact: (text) => text,
  });
  const session: RpcSession = rpc.open(
    {
      write: async (text) => {
        const message: unknown = JSON.parse(text);
        sent.push(...[message].flat().map((one) => Message.parse(one)));
        await full.until;
      },
      fail: (reason) => failures.push(reason),
    },
    { scopes: new Set(options.scopes ?? ALL), actor: "test" },
  );
  const say = (message: object) =>
    session.receive(Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message })));
  const greet = (capabilities: object = {}) => {
    say({ id: "hello", method: "initialize", params: { capabilities } });
    say({ method: "initialized" });
  };
  /** What was sent, once everything that could go on has gone on. */
  const heard = async () => {
    await setImmediate();
    return sent.splice(0).map((message) => (message.method === undefined ? message : note(message)));
  };
  return { session, log, sent, running, failures, full, say, greet, heard };
}

function note({ method, params }: Message) {
  return `${method} ${params?.prev_seq}->${params?.seq}`;
}
