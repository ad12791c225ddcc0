import { key } from "./key.ts";
import { integer } from "./value-type.ts";

/** Settings of what agent hosts talk to at `/mcp`. */
export const mcpKeys = {
  "mcp.max_sessions": key(
    integer(1, 10_000),
    100,
    "Sessions of agent hosts at a time. When they are used up, the one unused for longest ends.",
  ),
  "mcp.session_idle_secs": key(
    integer(1, 604_800, "seconds"),
    1800,
    "How long a session of an agent host may be without a request or an open stream before it ends.",
  ),
} as const;
