import { type Caps, exactUsd, type Left, type Spent } from "@harness/protocol";

/**
 * When a cap is asked: a claim begins an attempt, a spawn a turn; `begun` is a turn that is counted already and starts
 * its agent now, `meanwhile` is while work runs.
 */
export type Moment = "claim" | "spawn" | "begun" | "meanwhile";

/** A cap that is reached, and how, in a sentence. */
export interface Exhausted {
  readonly cap: keyof Caps;
  /** How much of it was used, in its own unit; 0 when nobody knows. */
  readonly used: number;
  readonly why: string;
}

/**
 * The cap that is reached, or undefined. Money, tokens and time stop work wherever it is; turns and attempts are
 * counted when they begin, so the last one allowed may finish. A dollar cap cannot be held when costs are unknown,
 * so unknown cost stops whoever has one: never over budget. `who` begins the sentence.
 */
export function exhausted(caps: Caps, spent: Spent, moment: Moment, who = "It"): Exhausted | undefined {
  const { max_budget_usd, max_tokens, max_turns, max_attempts } = caps;
  const over = (cap: keyof Caps, used: number, what: string) => ({ cap, used, why: `${who} has ${what}.` });
  if (moment === "claim" && max_attempts !== null && spent.attempts >= max_attempts)
    return over("max_attempts", spent.attempts, `used its ${max_attempts} attempts`);
  const others = moment === "begun" ? spent.turns - 1 : spent.turns;
  if (moment !== "meanwhile" && max_turns !== null && others >= max_turns)
    return over("max_turns", spent.turns, `used its ${max_turns} agent turns`);
  if (max_tokens !== null && spent.total_tokens >= max_tokens)
    return over("max_tokens", spent.total_tokens, `used ${spent.total_tokens} of ${max_tokens} tokens`);
  const late = timeUp(caps, spent.wall_ms, who);
  if (late) return late;
  if (max_budget_usd === null) return undefined;
  if (spent.cost_usd === null)
    return over(
      "max_budget_usd",
      0,
      `a limit of $${max_budget_usd}, and the agent does not report costs. Limit its tokens instead, or write down the prices of its model`,
    );
  return spent.cost_usd >= max_budget_usd
    ? over("max_budget_usd", spent.cost_usd, `used $${spent.cost_usd.toFixed(4)} of $${max_budget_usd}`)
    : undefined;
}

/** Twice a cap, or twice what was used where that is more: with less the work would end again at once. */
export function doubled(cap: number, used: number): number {
  const twice = Math.max(cap, used) * 2;
  return Number.isInteger(twice) ? twice : Math.ceil(twice * 100) / 100;
}

/** Dollars a further turn may cost, for agents that can hold a limit themselves; undefined when there is no limit. */
export function remainingUsd(caps: Pick<Caps, "max_budget_usd">, spent: Spent): number | undefined {
  if (caps.max_budget_usd === null || spent.cost_usd === null) return undefined;
  return Math.max(0, caps.max_budget_usd - spent.cost_usd);
}

/** The cap on running time, when that much time is used up. */
export function timeUp(
  { max_wall_secs }: Pick<Caps, "max_wall_secs">,
  wall_ms: number,
  who = "It",
): Exhausted | undefined {
  if (max_wall_secs === null || wall_ms < max_wall_secs * 1000) return undefined;
  return {
    cap: "max_wall_secs",
    used: Math.ceil(wall_ms / 1000),
    why: `${who} has run for ${Math.floor(wall_ms / 1000)} of ${max_wall_secs} seconds.`,
  };
}

/** Milliseconds of running time that are left; undefined when there is no limit. */
export function remainingMs(
  { max_wall_secs }: Pick<Caps, "max_wall_secs">,
  wall_ms: number,
): number | undefined {
  return max_wall_secs === null ? undefined : Math.max(0, max_wall_secs * 1000 - wall_ms);
}

/** A cap, and how much of it is used in percent. */
export interface UsedPart {
  readonly cap: keyof Caps;
  readonly percent: number;
}

/** The cap that is used most; undefined without caps, or where nobody knows what was used. */
export function mostUsed(caps: Caps, spent: Spent): UsedPart | undefined {
  const parts: (UsedPart | undefined)[] = [
    part("max_budget_usd", caps.max_budget_usd, spent.cost_usd),
    part("max_tokens", caps.max_tokens, spent.total_tokens),
    part("max_wall_secs", caps.max_wall_secs, spent.wall_ms / 1000),
    part("max_turns", caps.max_turns, spent.turns),
    part("max_attempts", caps.max_attempts, spent.attempts),
  ];
  return parts.reduce((most, one) => (one && (!most || one.percent > most.percent) ? one : most), undefined);
}

function part(cap: keyof Caps, limit: number | null, used: number | null): UsedPart | undefined {
  return limit === null || used === null ? undefined : { cap, percent: (used / limit) * 100 };
}

/** The highest of these percentages that is used. */
export function threshold(used: UsedPart | undefined, warnAt: readonly number[]): number | undefined {
  const passed = warnAt.filter((percent) => used !== undefined && percent <= used.percent);
  return passed.length === 0 ? undefined : Math.max(...passed);
}

/** What is left of each cap, never less than nothing. */
export function leftOf(caps: Caps, spent: Spent): Left {
  const left = (cap: number | null, used: number | null) =>
    cap === null || used === null ? null : Math.max(0, cap - used);
  const usd = left(caps.max_budget_usd, spent.cost_usd);
  return {
    usd: usd === null ? null : exactUsd(usd),
    tokens: left(caps.max_tokens, spent.total_tokens),
    turns: left(caps.max_turns, spent.turns),
    attempts: left(caps.max_attempts, spent.attempts),
    wall_ms: left(caps.max_wall_secs === null ? null : caps.max_wall_secs * 1000, spent.wall_ms),
  };
}
