import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, source: string, promise: string])[] = [
  [
    "http.token",
    "issue 2 / SAFETY A1, A3, A11",
    "Every route and socket but the open ones asks for the token, from wherever the request comes, and shows nothing without it.",
  ],
  [
    "http.host",
    "SAFETY A4",
    "A request whose Host does not name this server is refused before it is routed or read.",
  ],
  [
    "http.origin",
    "SAFETY A5, A6, A8",
    "A request from a page of another origin is refused everywhere, and no answer carries a CORS header.",
  ],
  [
    "http.headers",
    "SAFETY A14, A15",
    "Every answer forbids foreign content, framing and sniffing, and names its request.",
  ],
  [
    "http.params",
    "DESIGN 3.1",
    "Path, query and body become the parameters of the operation, by exact spellings only.",
  ],
  [
    "http.misplaced",
    "PROTOTYPE traps",
    "A parameter given twice or in the wrong place, and a body where none is read, is refused, never ignored.",
  ],
  [
    "http.idempotency-key",
    "issue 2",
    "An idempotency key may come as header or parameter; two that differ are refused.",
  ],
  [
    "http.bad-body",
    "SAFETY 4.6, F6",
    "A body that is not one UTF-8 JSON object of limited depth without prototype keys is refused and named.",
  ],
  [
    "http.too-large",
    "SAFETY A13",
    "A body over the limit is refused without being kept, announced or not, packed or not.",
  ],
  [
    "http.bad-request",
    "SAFETY 4.6",
    "Malformed, ambiguous or oversized requests are answered as problem documents and disturb nobody.",
  ],
  [
    "http.slow-request",
    "SAFETY A13",
    "Requests that never end lose their connection while others are served.",
  ],
  [
    "http.not-found",
    "SAFETY F5",
    "A path that is no route is not there, however it is spelt; a path parameter never becomes a path of the disk.",
  ],
  ["http.method", "issue 2", "A method a route does not take is refused and the ones it takes are named."],
  [
    "http.sse",
    "DESIGN 3.2",
    "The event stream sends named frames that prove nothing was missed, filtered as asked.",
  ],
  [
    "http.sse-resume",
    "DESIGN 3.2",
    "A stream that was cut goes on from the last event a client has, with no gap and nothing twice.",
  ],
  [
    "http.sse-cursor",
    "DESIGN 3.2",
    "A malformed cursor is refused, one that cannot be served is answered with a resync, both at once.",
  ],
  ["http.sse-heartbeat", "DESIGN 3.2", "A quiet stream beats, and beats move no cursor."],
  ["http.task-stream", "seed 1", "The stream of a task replays it, follows it, and ends with done."],
  [
    "http.slow-client",
    "PROTOTYPE streams",
    "A client that does not read is dropped, costs little meanwhile and delays nobody; one that reads again misses nothing.",
  ],
  ["http.close", "DESIGN 3.2", "A closing server ends every stream and socket at once."],
  [
    "http.ws-handshake",
    "SAFETY A5",
    "A WebSocket opens only with the credential, from no other page, and on its own path.",
  ],
  ["http.ws-topics", "DESIGN 3.2", "Topics carry their events in order from where a client left off."],
  ["http.ws-bad-frame", "SAFETY 4.6", "A wrong frame is answered and the socket goes on."],
  [
    "http.ws-limits",
    "SAFETY A13",
    "A socket has limits on topics, message size and rate; nothing is unpacked.",
  ],
  [
    "http.problem",
    "issue 2 / RFC 9457",
    "Every failure is a problem document with our code, its request and when to ask again; one of ours shows nothing of itself.",
  ],
  [
    "http.rate-limit",
    "SAFETY A13",
    "A caller over the rate is told when to come back, and no header buys it more.",
  ],
  ["http.probes", "issue 2", "The probes tell alive from ready with empty bodies."],
  [
    "http.login",
    "DESIGN 3.7",
    "A browser logs in by a code that works once and for two minutes, and its cookie counts only on our own pages.",
  ],
  [
    "client.call",
    "DESIGN 3.1",
    "The typed client reaches every operation of the table with exactly the parameters given.",
  ],
  [
    "client.errors",
    "issue 2",
    "What the server refuses, a wrong answer and no answer are told apart and say why.",
  ],
  [
    "client.stream",
    "DESIGN 3.2",
    "The client's feeds resume after every cut with no gap and nothing twice, and end when told to.",
  ],
  ["client.topics", "DESIGN 3.2", "The client follows topics over a WebSocket and says why one ended."],
  [
    "client.discover",
    "DESIGN 6",
    "Clients find a running server by its data directory or by variables, and never a dead one.",
  ],
  [
    "http.bind",
    "SAFETY A2",
    "An address other machines can reach is refused with one line unless the operator allows it; the token is asked for all the same.",
  ],
  ["http.health-private", "SAFETY A1", "What is open shows no path, process or token of this install."],
  ["http.no-cors", "SAFETY A6, A8", "No answer to any method gives another site leave to read or to ask."],
  [
    "http.csrf",
    "SAFETY A7",
    "What a browser sends for another site without asking changes nothing: forms, plain text, GET, cross-site requests.",
  ],
  [
    "http.bad-input",
    "issue 2 / SAFETY 4.6",
    "Every operation refuses unknown, wrong, missing and endless fields and bad JSON by the name of the field, with a documented status, and stores nothing.",
  ],
  ["http.pollution", "SAFETY F6", "No key of a request reaches an object's prototype."],
  [
    "http.injection",
    "SAFETY A9",
    "A text that a shell or git would run stays a text in every field of every operation.",
  ],
  ["http.paths", "SAFETY F5", "No spelling of a path leads out of the routes."],
  [
    "http.log-injection",
    "SAFETY F7",
    "What a client sends cannot forge a record of the log or control a terminal.",
  ],
  [
    "http.no-leak",
    "SAFETY F1",
    "The token of the server is in no answer, event, log or file, even when a client sends it as text.",
  ],
  [
    "http.openapi",
    "issue 2",
    "The OpenAPI 3.1 document is valid, has every route with named schemas, and tells every way an operation can fail.",
  ],
  ["http.docs", "issue 2", "The reference page works from local assets under a policy without inline code."],
  [
    "http.idempotency",
    "issue 2",
    "A repeat with the same idempotency key gets the first answer, also after a restart; another request with it is a conflict.",
  ],
  ["http.sse-many", "DESIGN 3.2", "Two hundred clients of one stream each get all of it."],
  [
    "http.bombs",
    "SAFETY A13",
    "Oversized, overdeep and overlong requests are refused quickly and cost little memory.",
  ],
];

/** The HTTP edge: who may ask, what is read, how it is answered, and the live feeds. */
export const httpRequirements: readonly Requirement[] = rows.map(([id, source, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
