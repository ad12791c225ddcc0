import { expect, it } from "vitest";
import { blankChunk } from "./blank-chunk.ts";

const line = (sessionUpdate: string, text: string) =>
  JSON.stringify({
    jsonrpc: "2.0",
    method: "session/update",
    params: { sessionId: "s", update: { sessionUpdate, content: { type: "text", text } } },
  });

it("keeps no piece of a message, and everything else as it is [req:recording.kept]", () => {
  const blanked: unknown = JSON.parse(blankChunk(line("agent_message_chunk", "sk-")));
  expect(blanked).toEqual(JSON.parse(line("agent_message_chunk", "···")));
  for (const other of [line("notice", "whole"), '{"broken _chunk', "agent_message_chunk", '{"id":1}'])
    expect(blankChunk(other)).toBe(other);
});
