import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, source: string, promise: string])[] = [
  [
    "access.scopes",
    "issue 4 / SAFETY A11",
    "A token may do what the scopes of its row allow, whatever a request says.",
  ],
  ["access.no-more", "SAFETY A11", "No token can make one that may do more than itself."],
  ["access.hashed", "SAFETY E1", "A token is shown once and kept as a hash."],
  [
    "access.revoked",
    "SAFETY A12",
    "A token that is taken back is refused at once, and its streams and sockets end within five seconds.",
  ],
  ["access.expires", "issue 4", "A token stops working at its time, and what it opened ends."],
  [
    "mcp.server",
    "issue 4",
    "harness mcp and /mcp serve curated tools and resources in both protocol revisions.",
  ],
  [
    "mcp.tools",
    "issue 4",
    "Agent hosts are offered the operations marked for it, by names and schemas any model takes.",
  ],
  [
    "mcp.follow",
    "issue 4",
    "A host submits a task, follows it with progress and reads what came of it, in both revisions.",
  ],
  [
    "mcp.resources",
    "issue 4",
    "Tasks, diffs, evidence, logs, projects and reports are resources, page by page.",
  ],
  [
    "mcp.subscribe",
    "issue 4",
    "A host that subscribed to a resource is told when it changed, in both revisions.",
  ],
  [
    "mcp.wait",
    "issue 4",
    "A wait ends with the task, with a person's turn or with its time; giving it up leaves the task alone.",
  ],
  ["mcp.failures", "issue 4", "A refused call says code, message and field as a result the model can read."],
  ["mcp.scopes", "issue 4 / SAFETY A11", "A host is offered and allowed what its token is allowed."],
  ["mcp.prompts", "issue 4", "Prompts submit a task and show what happened overnight."],
  [
    "mcp.seed-names",
    "seeds 0, 3",
    "Tools the seeds named otherwise answer to their old names, without being listed twice.",
  ],
  ["mcp.token", "SAFETY E2", "/mcp answers nobody without a token of this server; a login cookie is none."],
  ["mcp.session-bound", "SAFETY E2", "A session answers only to the token it was begun with."],
  [
    "mcp.cross-site",
    "SAFETY A8",
    "No page of another site reads /mcp or a stream, and none carries a CORS header.",
  ],
  ["mcp.host", "SAFETY A4", "/mcp is not reached by a rebound name."],
  [
    "mcp.bad-requests",
    "SAFETY 4.6",
    "What is no request of the protocol is refused by its status: session, revision, body, size, type.",
  ],
  ["mcp.resume", "issue 4", "A stream that was cut goes on after the last event, in its own session only."],
  ["mcp.sessions", "issue 4", "Sessions are bounded in number and idle time, and end when they are deleted."],
  ["mcp.token-over", "SAFETY A12", "Sessions and streams of a token end with it."],
  ["mcp.closed", "issue 4", "A server that stops ends the streams and waits of its hosts."],
  [
    "mcp.curated",
    "issue 4",
    "The list of tools is short; none changes settings or who is trusted, and what ends something says so.",
  ],
  ["mcp.approvals", "issue 4", "A host sees what agents ask a person, and answers it when its token may."],
  ["mcp.harness-tools", "seed 1", "MCP tools harness and harness-reply run an agent and go on with it."],
  [
    "mcp.seed0-tools",
    "seed 0",
    "MCP tools run_task, run_orchestrated and get_run, and the resource runs://recent.",
  ],
  ["mcp.stdio", "issue 4", "harness mcp carries all of it over stdio, and nothing else on standard output."],
  ["mcp.stdio-no-server", "issue 4", "harness mcp without a server says how to start one."],
  [
    "mcp.stdio-restart",
    "issue 4",
    "harness mcp finds a server that was started again; its host notices failed calls at most.",
  ],
  [
    "mcp.real-hosts",
    "issue 4",
    "The real claude and codex submit a task and follow it, over HTTP and over stdio.",
  ],
  [
    "mcp.inspector",
    "issue 4",
    "The MCP inspector lists, calls and reads over HTTP and stdio, and its strict check of schemas passes.",
  ],
  [
    "mcp.task-handles",
    "issue 4",
    "A host that takes handles, in the way of either revision, gets the task or the turn as one for a long tool, follows it and may stop it; proven with the official client of tasks.",
  ],
  [
    "mcp.seed3-tools",
    "seed 3",
    "MCP tools start, answer, status, intervene and cancel; resources for logs, code, tests and report.",
  ],
  ["mcp.docs", "issue 4", "A reference page shows the tools, resources and prompts as they are."],
  ["access.restart", "issue 4", "Tokens, and that they were taken back, survive a restart."],
];

/** What agent hosts are promised, and the tokens they come with. */
export const mcpRequirements: readonly Requirement[] = rows.map(([id, source, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
