import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  [
    "issue 5",
    "secrets.handles",
    "A secret may be a handle (env:, file:, command:), followed when it is used and kept nowhere; one that cannot be followed is refused by name, without a value.",
  ],
  [
    "issue 5",
    "secrets.broker",
    "An agent that may talk back has a token for its own task only, which ends with its turn; without a network it has none.",
  ],
  [
    "SAFETY C10",
    "safety.c10",
    "Inside the sandbox an agent cannot read the server's token, and with its own it cannot approve, cancel, configure or see another task.",
  ],
  [
    "issue 5",
    "secrets.egress",
    "A branch whose name, messages or added lines hold a secret is not published, nor is such text sent: a person decides, told place and kind and never the value. Hashes pass; look-alikes by the operator's word.",
  ],
  [
    "SAFETY C6",
    "safety.c6",
    "An agent that is talked into sending secrets cannot reach the server's, and what it writes is stopped before it leaves.",
  ],
  ["SAFETY A12", "access.rotate", "The token of the install can be replaced; one the settings name cannot."],
  [
    "SAFETY A12",
    "safety.a12",
    "A token that was replaced or taken back is refused at once on every connection; its sockets are closed with 1008, its streams and logins end within five seconds.",
  ],
  [
    "SAFETY A11",
    "safety.a11",
    "What a request says of its rights or its origin gives none; X-Forwarded-For counts only from a proxy the operator trusts.",
  ],
  [
    "SAFETY E4",
    "safety.e4",
    "Every request of the server goes one way out: http or https only, each address checked and connected to as it was checked, redirects judged anew, plain http and private networks only as the operator wrote them.",
  ],
];

/** Handles, what leaves the server, what an agent may say back, and the attacks of SAFETY.md on all of it. */
export const secretsRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
