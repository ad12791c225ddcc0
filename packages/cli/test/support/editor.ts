import { spawn } from "node:child_process";
import { Readable, Writable } from "node:stream";
import {
  type ClientContext,
  client,
  methods,
  ndJsonStream,
  PROTOCOL_VERSION,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
  type SessionUpdate,
} from "@agentclientprotocol/sdk";
import { type Machine, program } from "./installed.ts";

/** An editor with `harness acp` as its agent, a process of its own, spoken to with the SDK's client. */
export interface Editor extends AsyncDisposable {
  readonly agent: ClientContext;
  /** Everything it was shown, in order. */
  readonly shown: SessionUpdate[];
  /** The words of its agent up to now. */
  said(): string;
  /** Resolves once the agent has said this. */
  hears(text: string): Promise<void>;
  /** Resolves once this was shown. */
  sees(wanted: (update: SessionUpdate) => boolean): Promise<void>;
  open(cwd: string): Promise<string>;
  prompt(sessionId: string, text: string): ReturnType<typeof prompted>;
}

type Answer = (request: RequestPermissionRequest) => Promise<RequestPermissionResponse>;

const refuses: Answer = async () => ({ outcome: { outcome: "cancelled" } });

/** Starts one; `answer` is the person at its permission dialogs. */
export async function editor(at: Machine, argv: readonly string[], answer = refuses): Promise<Editor> {
  const child = spawn(process.execPath, [program, "acp", ...argv], {
    cwd: at.dir,
    env: at.env,
    stdio: "pipe",
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const shown: SessionUpdate[] = [];
  const waiting = new Set<() => void>();
  const said = () => shown.flatMap((update) => (isWords(update) ? [textOf(update)] : [])).join("");
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const connection = client({ name: "editor" })
    .onNotification(methods.client.session.update, ({ params }) => {
      shown.push(params.update);
      for (const look of waiting) look();
    })
    .onRequest(methods.client.session.requestPermission, ({ params }) => answer(params))
    .connect(ndJsonStream(Writable.toWeb(child.stdin), Readable.toWeb(child.stdout)));
  const { agent } = connection;
  const started = agent.request(methods.agent.initialize, {
    protocolVersion: PROTOCOL_VERSION,
    clientCapabilities: {},
  });
  const failed = ended.then(() => Promise.reject(new Error(`harness acp ended:\n${err}`)));
  failed.catch(() => undefined);
  await Promise.race([started, failed]);
  return {
    agent,
    shown,
    said,
    hears: (text) => until(() => said().includes(text)),
    sees: (wanted) => until(() => shown.some(wanted)),
    open: async (cwd) => (await agent.request(methods.agent.session.new, { cwd, mcpServers: [] })).sessionId,
    prompt: (sessionId, text) => prompted(agent, sessionId, text),
    async [Symbol.asyncDispose]() {
      connection.close();
      child.stdin.end();
      await ended;
    },
  };
}

function prompted(agent: ClientContext, sessionId: string, text: string) {
  return agent.request(methods.agent.session.prompt, { sessionId, prompt: [{ type: "text", text }] });
}

function isWords(update: SessionUpdate): boolean {
  return update.sessionUpdate === "agent_message_chunk" || update.sessionUpdate === "user_message_chunk";
}

function textOf(update: SessionUpdate): string {
  return "content" in update && update.content && "text" in update.content ? update.content.text : "";
}
