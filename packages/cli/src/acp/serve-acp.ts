import { randomUUID } from "node:crypto";
import {
  type AgentContext,
  agent,
  type ContentBlock,
  methods,
  ndJsonStream,
  PROTOCOL_VERSION,
  RequestError,
} from "@agentclientprotocol/sdk";
import type { Client } from "../connection.ts";
import { explain } from "../failure.ts";
import type { Surroundings } from "../surroundings.ts";
import { version } from "../version.ts";
import { projectOf } from "./projects.ts";
import { EditorSession, sessionLabel, type TaskChoices } from "./session.ts";

interface AcpServing {
  readonly client: Client;
  readonly surroundings: Pick<Surroundings, "stdin" | "stdout">;
  readonly choices: TaskChoices;
  /** Register repositories that are no projects yet. */
  readonly register: boolean;
}

/** Serves an editor on standard input and output until it closes them: the whole of Harness as one ACP v1 agent. */
export async function serveAcp(serving: AcpServing): Promise<void> {
  const { client, choices, register } = serving;
  const sessions = new Map<string, EditorSession>();
  const open = async (id: string, cwd: string, editor: AgentContext) => {
    const project = await projectOf(client, cwd, register);
    const session = new EditorSession({ id, editor, client, project, choices });
    sessions.set(id, session);
    return session;
  };
  const session = (id: string) => {
    const found = sessions.get(id);
    if (found === undefined) throw RequestError.sessionNotFound(id);
    return found;
  };
  const app = agent({ name: "harness" })
    .onRequest(methods.agent.initialize, () => ({
      protocolVersion: PROTOCOL_VERSION,
      agentInfo: { name: "harness", title: "Harness", version },
      agentCapabilities: { loadSession: true, promptCapabilities: { embeddedContext: true } },
      authMethods: [],
    }))
    .onRequest(methods.agent.session.new, async ({ params, client: editor }) => {
      const sessionId = randomUUID();
      await told(open(sessionId, params.cwd, editor));
      return { sessionId };
    })
    .onRequest(methods.agent.session.load, async ({ params, client: editor }) => {
      const id = params.sessionId;
      const found = await told(client.call("task/list", { label: sessionLabel(id), limit: 1 }));
      const [task] = found.data;
      if (task === undefined) throw RequestError.sessionNotFound(id);
      await told(open(id, params.cwd, editor).then((loaded) => loaded.replay(task)));
      return {};
    })
    .onRequest(methods.agent.session.prompt, ({ params, signal }) =>
      told(session(params.sessionId).prompt(textOf(params.prompt), signal)),
    )
    .onNotification(methods.agent.session.cancel, ({ params }) => sessions.get(params.sessionId)?.cancel());
  await app.connect(streamOf(serving.surroundings)).closed;
}

/** What Harness refuses, as an error an editor shows: what, in what state, what to do. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RequestError) throw error;
    const { problem } = explain(error);
    const message = [problem.detail, problem.hint].filter(Boolean).join(" ");
    throw new RequestError(problem.status < 500 ? -32602 : -32603, message, { code: problem.code });
  }
}

/** The words of a prompt; files an editor attaches are named, or quoted where it sent their text. */
function textOf(blocks: readonly ContentBlock[]): string {
  const parts = blocks.flatMap((block) => {
    if (block.type === "text") return [block.text];
    if (block.type === "resource_link") return [`(${block.name}: ${block.uri})`];
    if (block.type === "resource" && "text" in block.resource)
      return [`${block.resource.uri}:\n${block.resource.text}`];
    return [];
  });
  return parts.join("\n\n");
}

function streamOf({ stdin, stdout }: AcpServing["surroundings"]) {
  const decoder = new TextDecoder();
  const output = new WritableStream<Uint8Array>({
    write: (bytes) => void stdout.write(decoder.decode(bytes, { stream: true })),
  });
  return ndJsonStream(output, ReadableStream.from(bytesOf(stdin)));
}

async function* bytesOf(stdin: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of stdin) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}
