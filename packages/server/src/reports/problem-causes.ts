import { AccountState, type ListedProblem } from "@harness/protocol";
import type { Tx } from "../storage/index.ts";
import { MAX_LINES, short, timeOrNull } from "./limits.ts";
import { resumeCommand } from "./next-command.ts";

const nobody = {
  task_id: null,
  thread_id: null,
  project_id: null,
  project: null,
  account: null,
  until: null,
  expires_at: null,
} as const;

/** Accounts that wait for their quota, and those a person must log in to again. */
export async function accountProblems(db: Tx, now: number): Promise<ListedProblem[]> {
  const rows = await db
    .selectFrom("agent_accounts")
    .selectAll()
    .where("state", "!=", "ok")
    .orderBy("name")
    .limit(MAX_LINES)
    .execute();
  return rows.map((row) => {
    const stopped = AccountState.parse(row.state) === "stopped";
    return {
      ...nobody,
      id: `${stopped ? "waiting_for_you" : "parked"}:account:${row.name}`,
      kind: stopped ? ("waiting_for_you" as const) : ("parked" as const),
      account: row.name,
      title: `account ${row.name}`,
      code: stopped ? "auth" : row.cause === "failures" ? "provider_failing" : "quota",
      // What helps is said in a sentence, such as how to log in; the command is what comes after it.
      reason: short([row.message, row.fix].filter(Boolean).join(" ")),
      ...aged(row.since, now),
      until: timeOrNull(row.wake_at ?? row.until),
      commands: [resumeCommand(row.name)],
    };
  });
}

/** A disk that was found full and has not recovered since. */
export async function storageProblems(db: Tx, now: number): Promise<ListedProblem[]> {
  const newest = (type: "storage.full" | "storage.recovered") =>
    db
      .selectFrom("events")
      .select(["seq", "at"])
      .where("type", "=", type)
      .orderBy("seq", "desc")
      .limit(1)
      .executeTakeFirst();
  const [full, recovered] = await Promise.all([newest("storage.full"), newest("storage.recovered")]);
  if (full === undefined || (recovered !== undefined && recovered.seq > full.seq)) return [];
  const reason = "The disk with the data directory is full: no work begins before there is room.";
  return [
    {
      ...nobody,
      id: "storage_full:server",
      kind: "storage_full",
      title: "data directory",
      code: "storage_full",
      reason,
      ...aged(full.at, now),
      commands: ["harness doctor"],
    },
  ];
}

/** Projects whose own settings file changed and that nobody approved since. */
export async function projectProblems(
  db: Tx,
  projectId: string | null,
  now: number,
): Promise<ListedProblem[]> {
  let query = db
    .selectFrom("projects")
    .select(["id", "name", "file_sha256", "updated_at"])
    .where("active", "=", 1)
    .where("file_sha256", "is not", null)
    .where((eb) =>
      eb.or([eb("approved_sha256", "is", null), eb("approved_sha256", "!=", eb.ref("file_sha256"))]),
    );
  if (projectId !== null) query = query.where("id", "=", projectId);
  const rows = await query.orderBy("name").limit(MAX_LINES).execute();
  return rows.map((row) => ({
    ...nobody,
    id: `waiting_for_you:project:${row.id}`,
    kind: "waiting_for_you",
    project_id: row.id,
    project: row.name,
    title: `settings of ${row.name}`,
    code: "config_unapproved",
    reason: "The repository's own settings file counts only once a person has approved it.",
    ...aged(row.updated_at, now),
    commands: [`harness project approve ${row.id}`],
  }));
}

function aged(since: number, now: number): { since: string; age_ms: number } {
  return { since: new Date(since).toISOString(), age_ms: Math.max(0, now - since) };
}
