const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;

/** The prefix of every kind of record. An id is `<prefix>_<ULID>`: sortable by creation, safe in URLs and refs. */
export const idPrefixes = {
  project: "proj",
  task: "task",
  attempt: "att",
  workspace: "ws",
  thread: "thr",
  turn: "turn",
  item: "item",
  input: "inp",
  approval: "apr",
  approval_rule: "rule",
  evidence: "evd",
  review: "rev",
  prompt: "prm",
  artifact: "art",
  effect: "eff",
  list: "list",
  notification: "note",
  report: "rpt",
  request: "req",
  token: "tok",
} as const;

export type IdKind = keyof typeof idPrefixes;

/** Makes ids of one kind. Two ids made in the same millisecond still sort in the order they were made. */
export type NewId = (kind: IdKind) => string;

/**
 * Builds the process's id maker: ULIDs (Crockford base 32, 48 bits of time, 80 of randomness) that never go
 * backwards, even when the clock does. Source: github.com/ulid/spec.
 */
export function createIdFactory(now: () => number): NewId {
  let lastTime = -1;
  let lastRandom: number[] = [];
  return (kind) => {
    const time = Math.max(now(), lastTime);
    lastRandom = time === lastTime ? increment(lastRandom) : randomDigits();
    lastTime = time;
    return `${idPrefixes[kind]}_${encodeTime(time)}${lastRandom.map((digit) => ALPHABET[digit]).join("")}`;
  };
}

/** The pattern of an id of this kind, for schemas and route parameters. */
export function idPattern(kind: IdKind): RegExp {
  return new RegExp(`^${idPrefixes[kind]}_[0-9A-HJKMNP-TV-Z]{26}$`);
}

function randomDigits(): number[] {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_CHARS));
  const digits = Array.from(bytes, (byte) => byte & 31);
  // The top digit stays small, so that increments within a millisecond cannot overflow.
  digits[0] = digits[0]! & 15;
  return digits;
}

function increment(digits: readonly number[]): number[] {
  const next = [...digits];
  for (let i = next.length - 1; i >= 0; i -= 1) {
    if (next[i]! < 31) {
      next[i] = next[i]! + 1;
      return next;
    }
    next[i] = 0;
  }
  return next;
}

function encodeTime(time: number): string {
  let rest = time;
  let text = "";
  for (let i = 0; i < TIME_CHARS; i += 1) {
    text = ALPHABET[rest % 32]! + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
