import type { Finding } from "@harness/protocol";

/** What two rounds of review have in common: the part of all their words that stands in both, from 0 to 1. */
export function alike(a: readonly Finding[], b: readonly Finding[]): number {
  const one = wordsOf(a);
  const other = wordsOf(b);
  const all = new Set([...one, ...other]);
  if (all.size === 0) return 1;
  return [...one].filter((word) => other.has(word)).length / all.size;
}

function wordsOf(findings: readonly Finding[]): Set<string> {
  const text = findings
    .map(({ file, title, scenario }) => `${file ?? ""} ${title} ${scenario ?? ""}`)
    .join(" ");
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
}
