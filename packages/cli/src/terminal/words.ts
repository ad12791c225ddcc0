import { shellWord, span, type TaskStatus, terminalStatuses, type Usage } from "@harness/protocol";
import type { Tone } from "./screen.ts";

const marks: Readonly<Record<TaskStatus, readonly [glyph: string, tone: Tone]>> = {
  queued: ["○", "dim"],
  triaging: ["●", "cyan"],
  planning: ["●", "cyan"],
  implementing: ["●", "cyan"],
  validating: ["●", "cyan"],
  reviewing: ["●", "cyan"],
  publishing: ["●", "cyan"],
  waiting: ["◆", "yellow"],
  done: ["✓", "green"],
  no_change: ["∅", "dim"],
  failed: ["✗", "red"],
  cancelled: ["⊘", "dim"],
  budget_exhausted: ["$", "red"],
};

/** The status word with its glyph: `✓ done`; the bare word for a program. */
export function statusWord(status: TaskStatus, plain = false): string {
  return plain ? status : `${marks[status][0]} ${status}`;
}

/** The colour of a status. */
export function statusTone(status: TaskStatus): Tone {
  return marks[status][1];
}

/** Whether nothing leaves the status by itself. */
export function isTerminal(status: TaskStatus): boolean {
  return (terminalStatuses as readonly TaskStatus[]).includes(status);
}

/** A length of time for reading: `0.4 s`, `12 min`, `3 h`, `2 d`. */
export function duration(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : span(ms);
}

/** How long ago a time is; empty for null. */
export function ago(at: string | null, now: number): string {
  if (at === null) return "";
  const passed = now - Date.parse(at);
  return passed < 1000 ? "now" : `${duration(passed)} ago`;
}

/** A number of bytes for reading: `512 B`, `3.4 MiB`, `20 GiB`; unknown is said to be unknown. */
export function byteCount(bytes: number | null): string {
  if (bytes === null) return "unknown";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** Tokens and money of some work; an unknown cost is said to be unknown. */
export function usageText(usage: Usage): string {
  const money = usage.cost_usd === null ? "cost unknown" : `$${usage.cost_usd.toFixed(4)}`;
  return `${usage.total_tokens.toLocaleString("en-US")} tokens, ${money}`;
}

/** The first characters of a commit. */
export function shortSha(sha: string | null): string {
  return sha === null ? "" : sha.slice(0, 10);
}

/** The end of an id, which commands accept in place of all of it. */
export function shortId(id: string): string {
  return id.slice(-8);
}

/** An argument vector as a person would type it. */
export function commandText(argv: readonly string[]): string {
  return argv.map(shellWord).join(" ");
}

/** A number of things: `1 turn`, `3 turns`. */
export function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}

/** A time for reading, to the minute and in UTC, as reports have it. */
export function stamp(at: string): string {
  return `${at.slice(0, 16).replace("T", " ")} UTC`;
}

/** A share between 0 and 1 for reading. */
export function share(value: number | null, unknown = "unknown"): string {
  return value === null ? unknown : `${Math.round(value * 100)} %`;
}
