import { editDistance } from "../config/index.ts";

/** What the values of a tag become. */
export interface TagKind {
  /** The field of the item it sets. */
  readonly field: string;
  /** The value, or undefined when the text is none. */
  readonly read: (text: string) => unknown;
  readonly expected: string;
  /** May be given again, and several at once between commas. */
  readonly many?: true;
  /** Nearly every word would be a value: `label: it` is then ordinary text. */
  readonly anyWord?: true;
}

const priorities: Readonly<Record<string, number>> = { normal: 0, high: 1, urgent: 2, 0: 0, 1: 1, 2: 2 };
const multiples: Readonly<Record<string, number>> = { k: 1000, m: 1_000_000 };
const secondsPer: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The grammar of a key; numbers alone are item numbers. */
export const keyPattern = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;

const whole = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
const word = (text: string) => text;
const money = (text: string) =>
  /^\$?\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text.replace("$", "")) : undefined;

const project: TagKind = { field: "project", read: word, expected: "the name of a project", anyWord: true };
const budget: TagKind = { field: "max_budget_usd", read: money, expected: "an amount such as $2.50" };
const tokens: TagKind = { field: "max_tokens", read: readTokens, expected: "a number such as 200k" };
const turns: TagKind = { field: "max_turns", read: whole, expected: "a number" };
const attempts: TagKind = { field: "max_attempts", read: whole, expected: "a number" };
const rounds: TagKind = { field: "max_rounds", read: whole, expected: "a number" };
const timeout: TagKind = {
  field: "turn_timeout_secs",
  read: readTime,
  expected: "a time such as 90s, 30m or 2h",
};
const wall: TagKind = { ...timeout, field: "max_wall_secs" };
const wait: TagKind = { field: "max_wait_secs", read: readTime, expected: "a time such as 30m, 12h or 2d" };
const seconds = { read: whole, expected: "a number of seconds" };
const label: TagKind = { field: "labels", read: word, expected: "a label", many: true, anyWord: true };

/** Every tag of the form `name:value`, with the API's own names of the limits. */
export const tagKinds: Readonly<Record<string, TagKind>> = {
  project,
  after: {
    field: "after",
    read: (text) => (/^\d+$/.test(text) ? Number(text) : text.replace(/^#/, "")),
    expected: "the key or number of an item, or a task id",
    many: true,
    anyWord: true,
  },
  key: {
    field: "key",
    read: (text) => (keyPattern.test(text) ? text : undefined),
    expected: "a letter, then letters, digits and . _ -",
    anyWord: true,
  },
  priority: {
    field: "priority",
    read: (text) =>
      Object.hasOwn(priorities, text.toLowerCase()) ? priorities[text.toLowerCase()] : undefined,
    expected: "normal, high, urgent or 0 to 2",
  },
  agent: { field: "agent", read: word, expected: "the name of an agent", anyWord: true },
  model: { field: "model", read: word, expected: "the name of a model", anyWord: true },
  reviewer: { field: "reviewer", read: word, expected: "the name of an agent", anyWord: true },
  template: { field: "template", read: word, expected: "the name of a template", anyWord: true },
  label,
  labels: label,
  max: budget,
  budget,
  max_budget_usd: budget,
  tokens,
  max_tokens: tokens,
  turns,
  max_turns: turns,
  attempts,
  max_attempts: attempts,
  rounds,
  max_rounds: rounds,
  timeout,
  turn_timeout_secs: { ...timeout, ...seconds },
  wall,
  time: wall,
  max_wall_secs: { ...wall, ...seconds },
  wait,
  max_wait_secs: { ...wait, ...seconds },
  no_progress_turns: { field: "no_progress_turns", read: whole, expected: "a number" },
  same_failure_times: { field: "same_failure_times", read: whole, expected: "a number" },
};

/**
 * The tag a name most likely means; undefined when it is hardly one. Short names are too near to ordinary words: they
 * are meant only when the text is a value they take.
 */
export function nearestTag(name: string, text: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower.length < 4 || lower.length > 30) return undefined;
  const most = lower.length >= 6 ? 2 : 1;
  let best: string | undefined;
  let distance = most + 1;
  for (const tag of Object.keys(tagKinds)) {
    if (tag.length < 4 || Math.abs(tag.length - lower.length) > most) continue;
    if (tag.length === 4 && tagKinds[tag]?.read(text) === undefined) continue;
    const found = editDistance(lower, tag);
    if (found < distance) [best, distance] = [tag, found];
  }
  return best;
}

function readTokens(text: string): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,3})?)([km]?)$/i.exec(text);
  if (!match) return undefined;
  return Math.round(Number(match[1]) * (multiples[match[2]!.toLowerCase()] ?? 1));
}

function readTime(text: string): number | undefined {
  const match = /^(\d{1,6})(s|m|h|d)$/i.exec(text);
  return match ? Number(match[1]) * secondsPer[match[2]!.toLowerCase()]! : undefined;
}
