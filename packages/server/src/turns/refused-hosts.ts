import type { EventLog } from "../events/index.ts";
import type { RefusedHost } from "../sandbox/index.ts";

/** Different hosts a turn tells of; a program that tries a thousand is known for it by then. */
const MOST = 50;

/** Writes down each host an agent wanted to reach and may not, once a turn. */
export function tellRefusedHosts(
  deps: {
    readonly log: Pick<EventLog, "write">;
    readonly logger: { warn(facts: object, message: string): void };
  },
  scope: {
    readonly project_id: string;
    readonly task_id: string | null;
    readonly thread_id?: string;
    readonly turn_id?: string;
    readonly actor: string;
  },
): (refused: RefusedHost) => void {
  const told = new Set<string>();
  return ({ host, why }) => {
    if (told.has(host) || told.size >= MOST) return;
    told.add(host);
    const data = { host, why, agent: scope.actor };
    deps.log
      .write((tx) => tx.append({ ...scope, type: "network.refused", data }))
      .catch((error: unknown) => deps.logger.warn({ err: error, host }, "a refused host was not recorded"));
  };
}
