import { type Event, HarnessError, type Turn, type TurnReplay } from "@harness/protocol";
import { playedTurn, stepsOfLog, turnDifferences } from "../agents/index.ts";
import { getTurn, sumOf } from "../threads/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";

interface TurnRow extends Pick<Turn, "id" | "agent" | "thread_id" | "started_at"> {
  readonly status: string;
}

/** Events of a turn that are compared. */
const TYPES = ["item.started", "item.completed", "turn.waiting", "turn.ended"];
const PAGE = 500;

/** Playing recorded turns again. */
export function replayHandlers(deps: OperationsDeps): Pick<Handlers, "turn/replay" | "attempt/replay"> {
  return {
    "turn/replay": async ({ turn_id }) => replay(deps, await getTurn(deps.storage.reader, turn_id)),
    "attempt/replay": async ({ attempt_id }) => {
      const attempt = await deps.storage.reader
        .selectFrom("attempts")
        .select("task_id")
        .where("id", "=", attempt_id)
        .executeTakeFirst();
      if (attempt === undefined)
        throw new HarnessError("attempt_not_found", `There is no attempt ${attempt_id}.`, {
          field: "attempt_id",
          got: attempt_id,
        });
      const rows = await deps.storage.reader
        .selectFrom("turns")
        .select(["id", "agent", "thread_id", "started_at", "status"])
        .where("task_id", "=", attempt.task_id)
        .where("attempt_id", "=", attempt_id)
        .orderBy("id")
        .execute();
      const replays: TurnReplay[] = [];
      for (const row of rows)
        replays.push(await replay(deps, { ...row, started_at: new Date(row.started_at).toISOString() }));
      return { attempt_id, turns: replays };
    },
  };
}

async function replay(deps: OperationsDeps, row: TurnRow): Promise<TurnReplay> {
  const recordings = await deps.recordings.read(row.id);
  const logged = await eventsOf(deps, row);
  const added = recordings === undefined || "why" in recordings ? [] : recordings.flatMap((one) => one.added);
  const base = {
    turn_id: row.id,
    agent: row.agent,
    started_at: row.started_at,
    cut: false,
    steps: stepsOfLog(logged, { added }).length,
    differences: [],
  };
  const not = (why: string): TurnReplay => ({ ...base, result: "not_replayed", why });
  if (row.status === "running") return not("It still runs. Play it again once it is over.");
  if (recordings === undefined)
    return not("No recording of it is kept. `disk.recordings_days` says for how long they are.");
  if ("why" in recordings) return not(recordings.why);
  const agent = deps.agents.get(row.agent);
  if (agent === undefined) return not(`The agent ${row.agent} is not among the configured ones any more.`);
  const played = await playedTurn(agent, recordings, sumOf);
  if ("why" in played) return not(played.why);
  const { outcome, stopped, cut } = played;
  const differences = turnDifferences(
    {
      events: logged,
      added,
      stopped,
      priced: typeof outcome.usage?.cost_usd !== "number" && agent.reports_cost !== true,
      ended: row.status !== "waiting",
      redact: deps.redact,
    },
    played,
  );
  const result = differences.length === 0 ? "same" : "different";
  return { ...base, result, why: null, cut, differences };
}

/** The events of a turn, found among those of its thread from the turn's start on. */
async function eventsOf({ storage, log }: OperationsDeps, row: TurnRow): Promise<Event[]> {
  const first = await storage.reader
    .selectFrom("events")
    .select("seq")
    .where("thread_id", "=", row.thread_id)
    .where("turn_id", "=", row.id)
    .orderBy("seq")
    .limit(1)
    .executeTakeFirst();
  const found: Event[] = [];
  for (let afterSeq = (first?.seq ?? log.headSeq + 1) - 1; ; ) {
    const page = await log.read({
      afterSeq,
      filter: { thread_id: row.thread_id, types: TYPES },
      limit: PAGE,
    });
    found.push(...page.filter(({ turn_id }) => turn_id === row.id));
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined || found.at(-1)?.type === "turn.ended") return found;
    afterSeq = last.seq;
  }
}
