import { diff } from "node:util";
import { type Event, Item } from "@harness/protocol";
import { boundedItem } from "./bounded-item.ts";
import type { AgentEvent, TurnOutcome, Usage } from "./port.ts";

/** Most differences that are told. */
const MAX_TOLD = 100;

/** One thing of a turn in a form in which two readings of it can be compared: ids are numbered, pids left out. */
export interface TurnStep {
  readonly what: string;
  /** JSON with sorted names. */
  readonly value: string;
}

/** Where two readings differ; null is nothing there. */
export interface StepDifference {
  readonly what: string;
  readonly recorded: string | null;
  readonly today: string | null;
}

/**
 * The items and the end of a turn as the log has them, without what the adapter had no part in: items Harness `added`,
 * and a cost that was `priced` by the operator's table.
 */
export function stepsOfLog(
  events: readonly Event[],
  {
    added = [],
    priced = false,
  }: { readonly added?: readonly string[] | undefined; readonly priced?: boolean } = {},
): TurnStep[] {
  const numbered = numbering();
  return events.flatMap((event): TurnStep[] => {
    if (event.type === "item.started" || event.type === "item.completed") {
      const { item } = event.data;
      // What a person said in the middle of it, or Harness did before it, is nothing of the agent's.
      const others = item.role === "user" || event.actor === "harness";
      return others || added.includes(item.id)
        ? []
        : [itemStep(event.type.slice("item.".length), item, numbered)];
    }
    if (event.type !== "turn.ended") return [];
    const { status, failure, usage } = event.data;
    return endSteps(status, failure, usage && priced ? { ...usage, cost_usd: null } : usage);
  });
}

/** The same of what an adapter told, cut and cleaned of secrets as the log would have it. */
export function stepsOfEvents(events: readonly AgentEvent[], redact: (text: string) => string): TurnStep[] {
  const numbered = numbering();
  return events.flatMap((event): TurnStep[] => {
    if (event.type === "item") {
      const item = Item.parse(cleaned(boundedItem(event.item), redact));
      return [itemStep(event.phase, item, numbered)];
    }
    return event.type === "ended" ? outcomeSteps(event.outcome, redact) : [];
  });
}

/** What was left out, added or told otherwise, in order. Empty when both are the same. */
export function stepDifferences(recorded: readonly TurnStep[], today: readonly TurnStep[]): StepDifference[] {
  const differences: StepDifference[] = [];
  let run: { only: "recorded" | "today"; step: TurnStep }[] = [];
  for (const [where, line] of diff(today.map(lineOf), recorded.map(lineOf))) {
    if (where !== 0) run.push({ only: where < 0 ? "recorded" : "today", step: stepOf(line) });
    else {
      differences.push(...paired(run));
      run = [];
    }
  }
  return [...differences, ...paired(run)].slice(0, MAX_TOLD);
}

/** Between two places where both are the same: a thing of the same sort on both sides is told otherwise. */
function paired(run: readonly { only: "recorded" | "today"; step: TurnStep }[]): StepDifference[] {
  const today = run.filter(({ only }) => only === "today").map(({ step }) => step);
  const gone = run.filter(({ only }) => only === "recorded");
  const changed = gone.map(({ step: { what, value } }) => {
    const at = today.findIndex((one) => one.what === what);
    const other = at < 0 ? undefined : today.splice(at, 1)[0];
    return { what, recorded: value, today: other?.value ?? null };
  });
  return [...changed, ...today.map(({ what, value }) => ({ what, recorded: null, today: value }))];
}

function lineOf({ what, value }: TurnStep): string {
  return `${what}\n${value}`;
}

function stepOf(line: string): TurnStep {
  const end = line.indexOf("\n");
  return { what: line.slice(0, end), value: line.slice(end + 1) };
}

function itemStep(phase: string, item: Item, numbered: (id: string) => string): TurnStep {
  // How long it took is nothing an adapter says.
  const { duration_ms: _, ...said } = item;
  return { what: `item ${phase}: ${item.kind}`, value: sorted({ ...said, id: numbered(item.id) }) };
}

function outcomeSteps(outcome: TurnOutcome, redact: (text: string) => string): TurnStep[] {
  const failure =
    outcome.status === "failed" ? { code: outcome.kind, message: redact(outcome.message) } : null;
  return endSteps(outcome.status, failure, outcome.usage);
}

function endSteps(status: string, failure: object | null, usage: Usage | null): TurnStep[] {
  // Money is kept in millionths of a dollar; an adapter says what its vendor said.
  const cost_usd = usage?.cost_usd == null ? null : Math.round(usage.cost_usd * 1e6) / 1e6;
  return [
    { what: "usage", value: sorted(usage && { ...usage, cost_usd }) },
    { what: "outcome", value: sorted({ status, failure }) },
  ];
}

/** Ids are an agent's own and differ from run to run: what counts is which are the same. */
function numbering(): (id: string) => string {
  const known = new Map<string, string>();
  return (id) => {
    const name = known.get(id) ?? `#${known.size + 1}`;
    known.set(id, name);
    return name;
  };
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function cleaned(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((part) => cleaned(part, redact));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, cleaned(part, redact)]));
}
