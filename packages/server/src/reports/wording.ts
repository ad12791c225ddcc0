import type { ReportFinished } from "@harness/protocol";

/**
 * Characters that begin or end something in the middle of a line of Markdown. The text also has to read well where
 * nothing renders it, so what is harmless there (a full stop, an underscore inside a word) stays as it is.
 */
const MARKS = /[\\`*[\]<>|~]|&(?=[#\w])|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
/** What becomes a link or calls somebody once Markdown has been read. */
const LINKS = /@|\bwww(?=\.)|:(?=\/\/)|#(?=\d)/gi;

/**
 * A text of others on one line of Markdown: it can make no heading, link, image, table, code or HTML, call nobody by
 * name, and reorder nothing a reader sees.
 */
export function plain(text: string): string {
  return (
    text
      .replace(/\s+/g, " ")
      .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, "\ufffd")
      .trim()
      .replace(MARKS, "\\$&")
      // Escaping does not stop those: a joiner nobody sees keeps them text.
      .replace(LINKS, "$&\u2060")
  );
}

/** A command or a ref of ours as code. */
export function code(text: string): string {
  const fence = "`".repeat(Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length)) + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${pad}${text.replace(/[\u0000-\u001f\u007f]/g, " ")}${pad}${fence}`;
}

/** A time for reading, in UTC. */
export function clock(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

/** Money; an unknown amount is said to be unknown, with what is known of it. */
export function money(usd: number | null, known = 0): string {
  if (usd !== null) return `$${usd.toFixed(2)}`;
  return known > 0 ? `unknown (at least $${known.toFixed(2)})` : "unknown";
}

/** A number with its noun: `1 file`, `2 files`. */
export function many(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** What Harness itself found out about the commit, in a sentence; the names of commands are escaped by the caller. */
export function proof(evidence: ReportFinished["evidence"], names: (text: string) => string): string {
  const on = evidence.commit === null ? "" : ` on ${evidence.commit.slice(0, 10)}`;
  const ran = evidence.commands.map(names).join(", ");
  const { counts } = evidence;
  const counted = counts
    ? ` (${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped)`
    : "";
  switch (evidence.state) {
    case "passed":
      return `VERIFIED${on}: ${ran === "" ? "validation" : ran} passed${counted}`;
    case "failed":
      return `Validation failed${on}${counted}`;
    case "waived":
      return "Not verified: the project has no validation";
    case "none":
      return "Not verified";
  }
}
