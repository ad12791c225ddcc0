import type { Scope } from "@harness/protocol";
import type { Caller } from "./operations/index.ts";

/** The operator's own calls: everything is allowed. */
export const operator: Caller = {
  scopes: new Set<Scope>(["open", "read", "submit", "operate"]),
  actor: "operator",
  via: "cli",
  request_id: "start",
};
