import { diff } from "node:util";
import { type Event, Item } from "@harness/protocol";
import { boundedItem } from "./bounded-item.ts";
import type { AgentEvent, TurnOutcome, Usage } from "./port.ts";

/** Most differences that are told. */
export const MAX_TOLD = 100;
/** So many steps of each side are compared at a time: what that takes grows with the square of it. */
const WINDOW = 400;

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

/** What of a turn in the log its adapter had no part in. */
export interface NotTheAdapters {
  /** Ids of the items Harness added. */
  readonly added?: readonly string[];
  /** Its cost is the operator's prices'. */
  readonly priced?: boolean;
  /** Why it ended was Harness's to say: the adapter said only that it was stopped. */
  readonly stopped?: boolean;
}

/** The items and the end of a turn as the log has them, without what the adapter had no part in. */
export function stepsOfLog(
  events: readonly Event[],
  { added = [], priced = false, stopped = false }: NotTheAdapters = {},
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
    const told = usage && priced ? { ...usage, cost_usd: null } : usage;
    return stopped && status === "failed"
      ? endSteps("cancelled", null, told)
      : endSteps(status, failure, told);
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
  let [then, now] = [0, 0];
  while ((then < recorded.length || now < today.length) && differences.length < MAX_TOLD) {
    const [before, after] = [recorded.slice(then, then + WINDOW), today.slice(now, now + WINDOW)];
    const isLast = then + WINDOW >= recorded.length && now + WINDOW >= today.length;
    const settled = settledRuns(before, after, isLast);
    differences.push(...settled.runs.flatMap(paired));
    then += settled.recorded;
    now += settled.today;
  }
  return differences.slice(0, MAX_TOLD);
}

/** What stands on one side only, between two places where both are the same. */
type Run = { readonly only: "recorded" | "today"; readonly step: TurnStep }[];

/** Runs of differences, and how many steps of each side they and what is the same between them take. */
interface SettledRuns {
  readonly runs: readonly Run[];
  readonly recorded: number;
  readonly today: number;
}

/** Compares two parts that begin alike or not. How the last run ends is open unless nothing follows: more may be in it. */
function settledRuns(
  recorded: readonly TurnStep[],
  today: readonly TurnStep[],
  isLast: boolean,
): SettledRuns {
  const runs: Run[] = [];
  let open: Run = [];
  let same = 0;
  for (const [where, line] of diff(today.map(lineOf), recorded.map(lineOf))) {
    if (where !== 0) open.push({ only: where < 0 ? "recorded" : "today", step: stepOf(line) });
    else {
      same += 1;
      runs.push(open);
      open = [];
    }
  }
  if (isLast || same === 0) return { runs: [...runs, open], recorded: recorded.length, today: today.length };
  const left = open.filter(({ only }) => only === "recorded").length;
  return { runs, recorded: recorded.length - left, today: today.length - (open.length - left) };
}

/** A thing of the same sort on both sides is told otherwise. */
function paired(run: Run): StepDifference[] {
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
