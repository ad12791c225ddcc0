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
  [
    "SAFETY A10",
    "safety.a10",
    "No request sets an executable, an MCP server or where the server's own things are; a project's root is a repository of this user in an allowed directory, by its real path.",
  ],
  [
    "SAFETY C1",
    "safety.c1",
    "What a repository configures for agents' programs or for Harness runs nothing and changes nothing by itself.",
  ],
  ["SAFETY C7", "safety.c7", "An agent finds no secret of the server in /proc, ps or its own environment."],
  [
    "SAFETY C9",
    "safety.c9",
    "Nothing is written to the system's temporary directory, links planted there and in the data directory are not followed, and all files are private whatever the umask.",
  ],
  [
    "SAFETY E5",
    "safety.e5",
    "There is no forwarder: a path or tool that is none of the server's own leads nowhere.",
  ],
  [
    "SAFETY F1",
    "safety.f1",
    "Thirty secrets pushed through every path are in no database, log, stream or file.",
  ],
  [
    "SAFETY F2",
    "safety.f2",
    "The server's own secrets are hidden in each spelling and across pieces, in private files.",
  ],
  ["SAFETY F3", "safety.f3", "No secret is in the arguments or the environment of a process it is not for."],
  ["SAFETY F4", "safety.f4", "No archive is unpacked anywhere."],
  ["SAFETY F5", "safety.f5", "A path of a request leads to no file."],
  ["SAFETY F6", "safety.f6", "Keys that reach an object's prototype are refused in JSON, JSON-RPC and TOML."],
  [
    "SAFETY F7",
    "safety.f7",
    "A text of a client is one record of the log, escaped, cut at 64 KiB with a mark.",
  ],
  [
    "issue 5",
    "secrets.library-console",
    "What a library writes to the console is in the log, without secrets, and not on the terminal.",
  ],
  [
    "SAFETY F8",
    "safety.f8",
    "Install scripts run for named packages only, versions are exact with their hash in the lock file, CI checks signatures, and a release proves by OIDC where it comes from.",
  ],
];

/** Handles, what leaves the server, what an agent may say back, and the attacks of SAFETY.md on all of it. */
export const secretsRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
