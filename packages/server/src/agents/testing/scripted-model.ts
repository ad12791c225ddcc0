import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { positionOf, type WireProtocol } from "./conversation.ts";
import { Scenario, type ScenarioInput } from "./scenario.ts";
import type { Reply } from "./script.ts";
import { SCRIPTED_HEADERS, scriptedAnswer } from "./scripted-answer.ts";
import { type Wire, wireAt } from "./wire.ts";

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_RECORDED = 200;

/** A model call as the scripted model saw it. */
export interface RecordedRequest {
  readonly protocol: WireProtocol;
  readonly path: string;
  readonly model: string;
  readonly prompt: string;
  /** How many prompts the conversation had, this one included. */
  readonly turn: number;
  readonly answered: number;
  /** Name of the step that answered, or `(none)`. */
  readonly step: string;
  readonly tools: readonly string[];
  readonly headers: IncomingMessage["headers"];
  /** The raw request body. */
  readonly body: string;
}

export interface ScriptedModelOptions {
  readonly scenario: ScenarioInput;
  /** 0 or absent takes any free port. */
  readonly port?: number;
}

/** A running scripted model. Closing it ends every open call. */
export interface ScriptedModel extends AsyncDisposable {
  /** Base URL without a trailing slash and without `/v1`. */
  readonly url: string;
  readonly model: string;
  /** The newest calls, oldest first; a bounded number is kept. */
  readonly requests: readonly RecordedRequest[];
  close(): Promise<void>;
}

/**
 * Starts a model endpoint on loopback that answers from a scenario instead of thinking. It speaks Anthropic
 * Messages (`/v1/messages`), OpenAI Responses (`/v1/responses`) and Chat Completions (`/v1/chat/completions`),
 * Gemini (`/v1beta/models/MODEL:generateContent`) and Ollama's own (`/api/chat`), streamed or not, so the vendors' own
 * command lines work against it without their clouds. Every answer carries
 * `x-harness-scripted: 1` and a model name that starts with `scripted-`: it is never offered as a real model.
 */
export async function startScriptedModel(options: ScriptedModelOptions): Promise<ScriptedModel> {
  const scenario = Scenario.parse(options.scenario);
  const requests: RecordedRequest[] = [];
  const closing = new AbortController();
  const server = createServer((request, response) => {
    handle({ scenario, requests, signal: closing.signal }, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const close = () => closeServer(server, closing);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    model: scenario.model,
    requests,
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Context {
  readonly scenario: Scenario;
  readonly requests: RecordedRequest[];
  readonly signal: AbortSignal;
}

async function handle(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(SCRIPTED_HEADERS)) response.setHeader(name, value);
  const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
  if (request.method === "HEAD") return void response.writeHead(200).end();
  if (request.method === "GET" && path.endsWith("/models")) return sendModels(response, context.scenario);
  if (request.method === "GET" && path === "/api/tags")
    return sendJson(response, 200, { models: [{ name: context.scenario.model }] });
  const body = await readBody(request);
  if (path.endsWith("/messages/count_tokens"))
    return sendJson(response, 200, { input_tokens: Math.ceil(body.length / 4) });
  if (path.endsWith(":countTokens"))
    return sendJson(response, 200, { totalTokens: Math.ceil(body.length / 4) });
  const wire = wireAt(path);
  if (request.method !== "POST" || wire === undefined)
    return sendJson(response, 404, { error: { type: "not_found_error", message: `No route ${path}` } });
  await answer(context, wire, { path, headers: request.headers, body }, response);
}

async function answer(
  context: Context,
  wire: Wire,
  request: Pick<RecordedRequest, "path" | "headers" | "body">,
  response: ServerResponse,
): Promise<void> {
  const { scenario, requests } = context;
  const { call, reply, status, headers, parts } = scriptedAnswer(scenario, wire, request.body);
  const { prompt, turn, answered } = positionOf(call.history);
  const { protocol, model, tools } = call;
  requests.push({ ...request, protocol, model, prompt, turn, answered, step: reply.step, tools });
  if (requests.length > MAX_RECORDED) requests.shift();
  if (!(await delayed(reply, response, context.signal))) return;
  response.writeHead(status, headers);
  for (const part of parts) response.write(part);
  response.end();
}

/** Waits as long as the answer says; false when the client or the server went away meanwhile. */
async function delayed(reply: Reply, response: ServerResponse, closing: AbortSignal): Promise<boolean> {
  if (reply.delay_ms === 0) return true;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const signal = AbortSignal.any([gone.signal, closing]);
  return sleep(reply.delay_ms, true, { signal }).catch(() => false);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error("The request body is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function sendModels(response: ServerResponse, scenario: Scenario): void {
  const model = {
    id: scenario.model,
    type: "model",
    object: "model",
    display_name: `${scenario.model} (scripted)`,
  };
  sendJson(response, 200, { object: "list", data: [model], has_more: false });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function closeServer(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
