import { expect, it } from "vitest";
import { RecordingParser } from "../recording.ts";
import type { TurnMark } from "../turn-marks.ts";
import { withPieces } from "../whole-texts.ts";
import { messagePiece, RecordedMessages } from "./message-pieces.ts";

const line = (sessionUpdate: string, text: string) =>
  JSON.stringify({
    jsonrpc: "2.0",
    method: "session/update",
    params: { sessionId: "s", update: { sessionUpdate, content: { type: "text", text } } },
  });
const head = JSON.stringify({
  recording: 1,
  turn_id: "turn_1",
  agent: "a",
  kind: "acp",
  harness: "1",
  model: null,
  started_at: 0,
  facts: { access: "read-only", session_id: null, fork: false, turn_timeout_ms: 1, idle_timeout_ms: 1 },
});

/** A recording of these lines, its marks changed as told. */
function recorded(lines: readonly string[], clean = (text: string) => text) {
  const entries: string[] = [];
  const marked = (mark: TurnMark) => entries.push(entry("mark", clean(JSON.stringify(mark))));
  const entry = (d: string, s: string) => JSON.stringify({ t: 0, d, s });
  const texts = new RecordedMessages(marked);
  for (const one of lines) {
    const kept = texts.recordable(one);
    entries.push(entry("out", kept));
  }
  texts.end();
  const parser = new RecordingParser();
  for (const one of [head, ...entries]) parser.push(one);
  const recording = parser.end();
  if ("why" in recording) throw new Error(recording.why);
  return { text: entries.join("\n"), recording };
}

const told = (recording: ReturnType<typeof recorded>["recording"]) =>
  withPieces(recording, messagePiece)
    .entries.filter(({ d }) => d === "out")
    .map(({ s }): unknown => JSON.parse(s));
const parsed = (lines: readonly string[]) => lines.map((one): unknown => JSON.parse(one));

it("keeps no piece of a message, and everything else as it is [req:recording.kept]", () => {
  const texts = new RecordedMessages(() => undefined);
  const blanked: unknown = JSON.parse(texts.recordable(line("agent_message_chunk", "sk-")));
  expect(blanked).toEqual(JSON.parse(line("agent_message_chunk", "···")));
  for (const other of [line("notice", "whole"), '{"broken _chunk', "agent_message_chunk", '{"id":1}'])
    expect(texts.recordable(other)).toBe(other);
});

it("keeps each message whole, and puts it back in its pieces [req:recording.kept, agent.replay]", () => {
  const lines = [
    line("agent_message_chunk", "a "),
    line("usage_update", ""),
    line("agent_message_chunk", "word"),
    line("agent_thought_chunk", "thou"),
    line("agent_thought_chunk", "ght"),
    line("tool_call", ""),
    line("agent_thought_chunk", "another"),
    '{"jsonrpc":"2.0","id":3,"result":{}}',
    line("agent_thought_chunk", "one more"),
  ];
  const { text, recording } = recorded(lines);
  for (const whole of ["a word", "thought", "another", "one more"]) expect(text).toContain(whole);
  expect(told(recording)).toEqual(parsed(lines));
});

it("gives a message a secret was taken out of as one piece [req:recording.kept, agent.replay]", () => {
  const pieces = ["it is s3c", "ret", "!"].map((text) => line("agent_message_chunk", text));
  const { text, recording } = recorded(pieces, (kept) => kept.replace("s3cret", "[redacted]"));
  expect(text).not.toContain("s3c");
  const whole = ["it is [redacted]!", "", ""].map((one) => line("agent_message_chunk", one));
  expect(told(recording)).toEqual(parsed(whole));
});
