import type { Clock, Supervision } from "@harness/protocol";
import { type DataDirPaths, dataDirOwner } from "../config/index.ts";
import { readSupervisorRecord } from "./record.ts";
import type { RunBy } from "./watched-server.ts";

/** What a server says about its supervision. What an earlier supervisor knew is no news of a server it did not start. */
export function supervisionOf(paths: DataDirPaths, by: RunBy | null, clock: Clock): Supervision {
  const record = by === "harness" ? readSupervisorRecord(paths.supervisor) : null;
  const owner = dataDirOwner(paths.root, clock, "supervisorLock");
  return {
    by,
    supervisor_pid: by === "harness" ? (owner?.pid ?? null) : null,
    restarts: record?.restarts ?? 0,
    last_crash: record?.last_crash ?? null,
    log_file: record?.log_file ?? null,
  };
}
