import type { ModelCall } from "./conversation.ts";
import type { Scenario } from "./scenario.ts";
import { type Reply, replyTo } from "./script.ts";
import type { Frame, Wire } from "./wire.ts";

/** Said with every answer: it comes from a script. */
export const SCRIPTED_HEADERS: Readonly<Record<string, string>> = { "x-harness-scripted": "1" };

/** What the scripted model answers to one request, as it goes over a wire. */
export interface ScriptedAnswer {
  readonly call: ModelCall;
  readonly reply: Reply;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body in the pieces a real endpoint would send it in. */
  readonly parts: readonly string[];
}

/** Answers the body of one model call from a scenario. Pure: the caller waits as long as the reply says. */
export function scriptedAnswer(scenario: Scenario, wire: Wire, body: string): ScriptedAnswer {
  const call = wire.read(JSON.parse(body));
  const reply = replyTo(scenario, call);
  const json = { ...SCRIPTED_HEADERS, "content-type": "application/json" };
  if (reply.kind === "error") {
    const headers = { ...reply.headers, ...json };
    return { call, reply, status: reply.status, headers, parts: [JSON.stringify(wire.error(reply))] };
  }
  const model = /^scripted-[\w.-]+$/.test(call.model) ? call.model : scenario.model;
  if (!call.stream)
    return { call, reply, status: 200, headers: json, parts: [JSON.stringify(wire.message(model, reply))] };
  const type = wire.lines === true ? "application/x-ndjson" : "text/event-stream";
  const headers = { ...SCRIPTED_HEADERS, "content-type": type, "cache-control": "no-cache" };
  const parts = wire.frames(model, reply).map((frame) => framed(frame, wire));
  if (wire.last !== undefined) parts.push(`data: ${wire.last}\n\n`);
  return { call, reply, status: 200, headers, parts };
}

function framed({ event, data }: Frame, wire: Wire): string {
  if (wire.lines === true) return `${JSON.stringify(data)}\n`;
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
}
