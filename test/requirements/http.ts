import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, source: string, promise: string])[] = [
  [
    "http.token",
    "issue 2 / SAFETY A1, A3, A11",
    "Every route and socket but the open ones asks for the token, from wherever the request comes, and shows nothing without it.",
  ],
  ["http.open-routes", "DESIGN 3.7", "What needs no token shows nothing of the install."],
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
  ["http.cross-site", "SAFETY A7", "What a browser marks as sent by another site is refused."],
  ["http.json-only", "SAFETY A7", "Only UTF-8 JSON bodies are read; a form of another site gets nowhere."],
  [
    "http.headers",
    "SAFETY A14, A15",
    "Every answer forbids foreign content, framing and sniffing, and names its request.",
  ],
  [
    "http.public-bind",
    "SAFETY A2",
    "An address other machines can reach is refused in one line unless it is allowed explicitly.",
  ],
];

/** The HTTP edge: who may ask, what is read, how it is answered, and the live feeds. */
export const httpRequirements: readonly Requirement[] = rows.map(([id, source, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
