import type { Clock, SandboxProfile, Usage } from "@harness/protocol";
import {
  type Agent,
  type AgentAction,
  type AgentTurn,
  type Recordings,
  shortened,
  type TurnOutcome,
  waysOut,
} from "../agents/index.ts";
import type { Hooks } from "../hooks/index.ts";
import { keepTiming } from "../threads/index.ts";
import { type Approver, summaryOf } from "./approver.ts";
import type { LiveTurns, TurnHandle } from "./live-turns.ts";
import type { LoopLimits } from "./loop-guard.ts";
import { TurnClockings } from "./turn-clockings.ts";
import { TurnEvents } from "./turn-events.ts";
import { tellBegan } from "./turn-hooks.ts";
import type { TurnPlace } from "./turn-place.ts";
import { TurnRecorder } from "./turn-recorder.ts";
import type { TurnTokens } from "./turn-tokens.ts";

/** Called at named places where tests make the server fail; does nothing in the product. */
export type Failpoint = (name: string, detail?: string) => void | Promise<void>;

/** What running a turn needs, whoever it belongs to. */
export interface TurnDeps {
  readonly live: LiveTurns;
  readonly approver: Approver;
  /** The operator's own programs, told that a turn begins. */
  readonly hooks: Pick<Hooks, "tell">;
  /** Lends agents what they talk back with. */
  readonly tokens: TurnTokens;
  /** Keeps the raw traffic of turns. */
  readonly recordings: Pick<Recordings, "run">;
  /** Removes secrets from text that arrives in pieces. */
  readonly redaction: () => { push(chunk: string): string; flush(): string };
  /** Live text of one turn that is kept (characters). */
  readonly outputCap: number;
  readonly clock: Pick<Clock, "now">;
  readonly failpoint: Failpoint;
  /** When a turn that goes in circles is ended. */
  readonly loops: LoopLimits;
  /** The most the operator lets agents do, for the record of those that ask for more. */
  readonly most: SandboxProfile;
  readonly logger: { warn(facts: object, message: string): void };
}

/** What the owner of a turn is told while it runs. */
export interface TurnWatch {
  /** A report of use, counted from the start of the turn. */
  usage(usage: Usage): void;
  /** The model the agent says it uses. */
  model(name: string): void;
  /** The agent's own name of the conversation is known. */
  session(id: string): Promise<void>;
  /** Called after every event; throws what ends the turn. */
  check(): void;
}

/** The turn as its owner asks for it; questions, steering and reports are added here. */
export type AskedTurn = Omit<
  AgentTurn,
  "approve" | "ask" | "attach" | "on_limits" | "on_usage" | "record" | "signal"
>;

/**
 * Runs one turn of any agent: its questions answered by policy or a person, its output batched into the log, reachable
 * for whoever wants to steer or interrupt it. Throws what the owner's writes throw, such as `lease_lost`.
 */
export async function driveTurn(
  deps: TurnDeps,
  place: TurnPlace,
  agent: Agent,
  turn: AskedTurn,
  watch: TurnWatch,
): Promise<TurnOutcome | undefined> {
  const { redaction, outputCap: cap } = deps;
  const { write, scope, signal } = place;
  const clockings = new TurnClockings(deps.clock);
  const recorder = new TurnRecorder({ write, scope, redaction, cap });
  let hold = () => () => {};
  const live = deps.live.begin(handleOf(deps, place, recorder, agent, () => hold()));
  using lent = deps.tokens.lend(place, turn.sandbox);
  const asked: AgentTurn = {
    ...turn,
    ...answersOf(deps, place, recorder),
    sandbox: lent.sandbox,
    on_limits: (holdLimits) => {
      hold = holdLimits;
    },
    attach: (steerable) => live.attach(steerable),
    on_usage: (usage) => watch.usage(usage),
    record: (direction, text) => clockings.recorded(direction, text),
    signal,
  };
  tellBegan(deps.hooks, place, turn);
  const events = new TurnEvents(deps, place, { recorder, watch });
  try {
    for await (const event of deps.recordings.run(agent, asked, scope.turn_id)) {
      clockings.happened(event);
      await events.take(event);
      await deps.failpoint("K6");
    }
  } finally {
    live[Symbol.dispose]();
  }
  await recorder.close();
  await write("timing", (tx) => keepTiming(tx, clockings.of(scope)));
  await deps.failpoint("K9");
  return events.outcome;
}

/** Who answers what an agent asks, and hears which way out of its sandbox it looks for. */
function answersOf(
  deps: TurnDeps,
  place: TurnPlace,
  recorder: TurnRecorder,
): Pick<AgentTurn, "approve" | "ask" | "on_way_out"> {
  return {
    approve: (action) => approve(deps, recorder, place, action),
    ask: (questions) => deps.approver.question(place, questions),
    on_way_out: (tool, ways) => void noteWayOut(deps, place, tool, ways),
  };
}

/**
 * The turn as others may reach it. A person's words in the middle of it are an item of it; while a question of its
 * agent is open its limits stand still, however it was asked.
 */
function handleOf(
  { approver }: Pick<TurnDeps, "approver">,
  place: TurnPlace,
  recorder: TurnRecorder,
  agent: Agent,
  hold: () => () => void,
): TurnHandle {
  const { turn_id, thread_id } = place.scope;
  let times = 0;
  return {
    turn_id,
    thread_id,
    steerable: agent.steers === true,
    interrupt: (actor) => place.interrupt(actor),
    said: async (text, actor) => {
      times += 1;
      await recorder.push({ type: "turn.steered", data: { text: shortened(text, 16_384) } });
      const item = { id: `said:${times}`, kind: "message", role: "user", name: actor, text } as const;
      await recorder.push({ type: "item.completed", data: { item } });
    },
    reported: async (text) => {
      times += 1;
      const item = { id: `said:${times}`, kind: "message", role: "agent", name: "report", text } as const;
      await recorder.push({ type: "item.completed", data: { item } });
    },
    ask: async (question) => {
      const release = hold();
      try {
        return (await approver.question(place, [question]))?.[question.id];
      } finally {
        release();
      }
    },
  };
}

/** An agent's question for leave, answered and written down with what decided. */
async function approve(deps: TurnDeps, recorder: TurnRecorder, place: TurnPlace, action: AgentAction) {
  const ways = waysOut(action.input);
  if (ways.length > 0) await noteWayOut(deps, place, action.tool, ways);
  const { by, decision, reason, rule, retries } = await deps.approver.judge(place, action);
  if (by !== "answer" || !place.signal.aborted)
    await recorder.push({
      type: "policy.decided",
      data: {
        action: summaryOf(action),
        ...(action.command === undefined ? {} : { command: shortened(action.command, 16_384) }),
        decision,
        reason,
        rule: rule?.id ?? null,
        justification: rule?.justification ?? null,
        by,
      },
    });
  return { decision, reason, ...(retries === undefined ? {} : { retries }) };
}

/** Writes down that an agent asked for less confinement. It has no effect, so nothing waits for the record. */
async function noteWayOut(
  { most, logger }: Pick<TurnDeps, "most" | "logger">,
  place: TurnPlace,
  tool: string,
  ways: readonly string[],
): Promise<void> {
  const data = { operation: `tool ${tool}`, asked: ways.join(", "), most, request_id: place.scope.turn_id };
  await place
    .write("policy", (tx) => tx.append({ ...place.scope, type: "sandbox.refused", data }))
    .catch((error: unknown) => logger.warn({ err: error }, "a way out an agent asked for was not recorded"));
}
