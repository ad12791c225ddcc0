import { z } from "zod";
import type { AgentTurn, RawDirection } from "./port.ts";
import type { TurnMark } from "./turn-marks.ts";

/** Something that counts the time of a turn. */
export interface TurnClock {
  /** Stands still until what is returned was called. */
  holdLimits(): () => void;
}

/**
 * A turn as its frame hands it to the adapter. While `approve` or `ask` is open, every clock of the turn stands
 * still; what goes between adapter and agent, and what people answer, is recorded; no recorder can break a turn.
 */
export interface FramedTurn extends AgentTurn {
  readonly record: (direction: RawDirection, text: string) => void;
  /** Puts a clock under the frame's rule. */
  readonly timedBy: (clock: TurnClock) => void;
  /**
   * Does something besides speaking with the agent, such as a tool or a file, and records what came of it. In a turn
   * that is played again it is not done: what came of it then comes of it again.
   */
  readonly effect: Effect;
}

/** `name` says what is done; `shape` is what comes of it. */
export type Effect = <T>(name: string, shape: z.ZodType<T>, work: () => Promise<T>) => Promise<T>;

/** Frames a turn; `signal` fires too when nobody reads its events any more. */
export function framedTurn(turn: AgentTurn, signal: AbortSignal): FramedTurn {
  const clocks = new Set<TurnClock>();
  const record = (direction: RawDirection, text: string) => {
    try {
      turn.record?.(direction, text);
    } catch {
      // What happens is more important than what is written about it.
    }
  };
  const mark = (what: TurnMark) => record("mark", JSON.stringify(what));
  const asking = questions(clocks, mark);
  const { ask, attach } = turn;
  turn.on_limits?.(() => holdAll(clocks));
  return {
    ...turn,
    signal,
    record,
    timedBy: (clock) => {
      clocks.add(clock);
      // In a turn that is played again no time passes.
      if (turn.recall !== undefined) clock.holdLimits();
    },
    effect: effects(turn, mark),
    approve: (action) =>
      asking(
        () => turn.approve(action),
        ({ decision, reason }) => ({ answer: { decision, reason } }),
      ),
    ...(ask && {
      ask: (asked) =>
        asking(
          () => ask(asked),
          (answers) => ({ answers: answers ?? null }),
        ),
    }),
    ...(attach && {
      attach: (live) =>
        attach({
          steer: (text) => {
            mark({ steered: text });
            return live.steer(text);
          },
        }),
    }),
  };
}

function effects({ recall }: AgentTurn, mark: (what: TurnMark) => void): Effect {
  return async (effect, shape, work) => {
    if (recall !== undefined) return shape.parse(await recall(effect));
    try {
      const value = await work();
      mark({ effect, gave: z.json().parse(JSON.parse(JSON.stringify(value))) });
      return value;
    } catch (error) {
      mark({ effect, threw: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  };
}

type Answered =
  | { answer: { decision: "allow" | "deny"; reason: string } }
  | { answers: Record<string, string> | null };

/** Asks one question after the other or several at once: numbered, the clocks held, its answer recorded. */
function questions(clocks: ReadonlySet<TurnClock>, mark: (what: TurnMark) => void) {
  let count = 0;
  return async <T>(put: () => Promise<T>, answered: (value: T) => Answered): Promise<T> => {
    const asked = count;
    count += 1;
    const release = holdAll(clocks);
    try {
      const value = await put();
      mark({ asked, ...answered(value) });
      return value;
    } catch (error) {
      mark({ asked, unanswered: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      release();
    }
  };
}

/** Lets all these clocks stand still until what is returned was called. */
function holdAll(clocks: ReadonlySet<TurnClock>): () => void {
  const releases = [...clocks].map((clock) => clock.holdLimits());
  return () => {
    for (const release of releases) release();
  };
}
