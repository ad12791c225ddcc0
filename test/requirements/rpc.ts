import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, source: string, promise: string])[] = [
  [
    "rpc.http",
    "seed 1 / CONTRACT 1.1",
    "POST /rpc answers JSON-RPC 2.0, batches included, behind HTTP's own doors.",
  ],
  [
    "rpc.socket",
    "seed 1 / SAFETY A5",
    "GET /ws answers JSON-RPC 2.0 over WebSocket, with a ping, an Origin check and the token at the handshake.",
  ],
  [
    "rpc.socket-frames",
    "SAFETY 4.6, A13",
    "A frame that breaks the protocol, or is too large, ends its socket with the code for it and no other.",
  ],
  [
    "rpc.stdio",
    "seed 1 / issue 4",
    "harness serve --transport stdio answers JSON-RPC 2.0, one object a line, and nothing else is on its output.",
  ],
  [
    "rpc.lines",
    "SAFETY 4.6",
    "Lines too long, unended or ended the other way are told apart, however they arrive.",
  ],
  [
    "rpc.handshake",
    "seed 1 / CONTRACT 1.2",
    "initialize and initialized are checked per connection, with code -32003 before them.",
  ],
  ["rpc.names", "seed 1 / CONTRACT 1.3", "A method answers to thread/start and to thread_start."],
  [
    "rpc.notifications",
    "seed 1 / CONTRACT 1.3",
    "Threads, turns, items and usage are followed by notifications, each with its seq and the one before it.",
  ],
  ["rpc.opt-out", "issue 4", "A connection is not sent the kinds of notification it opted out of."],
  [
    "rpc.subscribe",
    "issue 4 / DESIGN 3.2",
    "A connection chooses what it is told of; a cursor that is gone asks for a resync, nothing is skipped in silence.",
  ],
  ["rpc.resume", "issue 4", "A connection that was cut resumes with nothing missing and nothing twice."],
  [
    "rpc.bad-input",
    "SAFETY 4.6",
    "Whatever is sent over any transport is answered as JSON-RPC 2.0 says, and notifications never are.",
  ],
  [
    "rpc.fuzz",
    "SAFETY 4.6",
    "No message at all breaks the reader, and each answer has the form of the specification.",
  ],
  [
    "rpc.errors",
    "CONTRACT 1.2",
    "A refusal carries the code of the catalogue, what was wrong and how to go on.",
  ],
  ["rpc.ids", "SAFETY 4.6", "An id that waits for its answer is not taken a second time."],
  ["rpc.concurrent", "CONTRACT 1.1", "Calls of one connection run at once; a slow one holds nobody up."],
  [
    "rpc.overload",
    "CONTRACT decisions",
    "Too many calls, or a stopping server, are refused with -32010 and a time to come again.",
  ],
  [
    "rpc.stdio-status",
    "issue 4",
    "Beside a server without an address, a command says that it runs and who alone can reach it.",
  ],
  [
    "rpc.unread",
    "DESIGN 3.2",
    "A client on standard output that never reads ends its connection and the server, after a limit.",
  ],
  ["rpc.back-pressure", "DESIGN 3.2", "A client that reads no answers is not read either."],
  [
    "rpc.slow-client",
    "SAFETY 4.5",
    "A WebSocket client that does not read is dropped, costs little and delays nobody.",
  ],
  ["rpc.scopes", "SAFETY A11", "What a caller may do comes from its credential, whatever it says of itself."],
];

/** JSON-RPC 2.0 over HTTP, WebSocket and standard input and output. */
export const rpcRequirements: readonly Requirement[] = rows.map(([id, source, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
