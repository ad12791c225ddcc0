import type { Event } from "@harness/protocol";
import type { PlayedPart, PlayedTurn } from "./played-turn.ts";
import {
  MAX_TOLD,
  type NotTheAdapters,
  type StepDifference,
  stepDifferences,
  stepsOfEvents,
  stepsOfLog,
  type TurnStep,
} from "./replay-difference.ts";

/** A turn as the log has it. */
export interface LoggedTurn extends NotTheAdapters {
  readonly events: readonly Event[];
  /** False while it waits for an answer. */
  readonly ended: boolean;
  /** Takes secrets out of a text, as the log does. */
  readonly redact: (text: string) => string;
}

/** What today's adapter tells of a turn otherwise than the log has it; of a turn that was parked, part by part. */
export function turnDifferences(logged: LoggedTurn, played: PlayedTurn): StepDifference[] {
  const begun = timesBegun(logged.events);
  const asRecorded = begun.length === played.parts.length;
  const logs = asRecorded ? begun : [logged.events];
  const parts = asRecorded ? played.parts : [joined(played.parts)];
  const whole = parts.every((part) => part.whole);
  const differences = parts.flatMap((part, n) => {
    const isLast = n === parts.length - 1 && logged.ended && part.whole;
    const end = isLast ? [{ type: "ended", outcome: played.outcome } as const] : [];
    // Of a server that died, neither what a turn used nor how it ended is known.
    const kept = ({ what }: TurnStep) => what.startsWith("item ") || (isLast && (whole || what !== "usage"));
    const recorded = stepsOfLog(logs[n] ?? [], logged).filter(kept);
    const today = stepsOfEvents([...part.events, ...end], logged.redact).filter(kept);
    const known = part.whole ? undefined : Math.min(recorded.length, today.length);
    return stepDifferences(recorded.slice(0, known), today.slice(0, known));
  });
  return differences.slice(0, MAX_TOLD);
}

/** The events of each time the turn was begun: it waits without a process in between. */
function timesBegun(events: readonly Event[]): (readonly Event[])[] {
  const parts: Event[][] = [[]];
  for (const event of events) {
    if (event.type === "turn.waiting") parts.push([]);
    else parts.at(-1)?.push(event);
  }
  return parts.length > 1 && parts.at(-1)?.length === 0 ? parts.slice(0, -1) : parts;
}

function joined(parts: readonly PlayedPart[]): PlayedPart {
  return { events: parts.flatMap(({ events }) => events), whole: parts.every(({ whole }) => whole) };
}
