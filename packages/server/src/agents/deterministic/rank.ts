import path from "node:path";
import { DefinitionFinder, isComment } from "./definitions.ts";
import type { Relation } from "./intent.ts";
import type { Occurrence } from "./occurrences.ts";

/** Files that are made, vendored or built: never what somebody asks for first. */
const MADE =
  /(?:^|\/)(?:dist|build|out|target|vendor|third_party|node_modules|generated|__generated__|coverage)\/|\.min\.|\.lock$|-lock\.|\.snap$/;
const TESTS = /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e|fixtures?)\/|[._-](?:test|spec)\.|(?:^|\/)test_/;
const PROSE = /\.(?:md|mdx|txt|rst|adoc|html|json|ya?ml|toml|csv)$/i;
const IMPORT =
  /^\s*(?:import\b|from\s+\S+\s+import\b|export\s+(?:\*|\{|type\s*\{)|#\s*include\b|use\s|using\s|require\b|package\b|(?:const|let|var)\b.*\brequire\()/;

/**
 * Orders lines by how well they answer: definitions by the language's own patterns first, then how well the path fits
 * the name, code before tests, prose and made files. A question for uses leaves definitions out; one for callers keeps
 * only lines that call. What does not answer at all is not in the result.
 */
export function ranked(relation: Relation, symbol: string, found: readonly Occurrence[]): Occurrence[] {
  const name = lastPart(symbol);
  const finder = new DefinitionFinder(name);
  const call = new RegExp(
    `(?<![\\w$])${escaped(name)}(?:<[^()]*>)?\\s*\\(|\\bnew\\s+${escaped(name)}\\b|<${escaped(name)}[\\s/>]`,
  );
  const scored = found.flatMap((one) => {
    const defines = finder.defines(one.file, one.text);
    if (relation === "defined" ? !defines : defines) return [];
    const idle = isComment(one.text) || IMPORT.test(one.text) || PROSE.test(one.file);
    if (relation === "calls" && (idle || !call.test(one.text))) return [];
    return [
      {
        one,
        score:
          fit(one, name, symbol) +
          (defines && /\b(?:export|pub|public)\b/.test(one.text) ? 10 : 0) -
          (idle ? 30 : 0),
      },
    ];
  });
  return scored.sort((a, b) => b.score - a.score || order(a.one, b.one)).map(({ one }) => one);
}

/** Whether a file is made, vendored or built. */
export function isMade(file: string): boolean {
  return MADE.test(file);
}

/** Whether a file is a test, by its path. */
export function isTest(file: string): boolean {
  return TESTS.test(file);
}

/** The name looked for: of `Store.open` it is `open`. */
export function lastPart(symbol: string): string {
  return symbol.split(/\.|::|#|->/).at(-1) ?? symbol;
}

function fit(one: Occurrence, name: string, symbol: string): number {
  let score = 0;
  const stem = path.basename(one.file).replace(/\..*$/, "");
  if (folded(stem) === folded(name)) score += 15;
  const owner = symbol.slice(0, symbol.length - name.length).replace(/(?:\.|::|#|->)$/, "");
  if (owner !== "" && folded(one.file).includes(folded(lastPart(owner)))) score += 20;
  if (owner !== "" && one.text.includes(symbol)) score += 20;
  if (TESTS.test(one.file)) score -= 40;
  if (MADE.test(one.file)) score -= 60;
  return score - one.file.split("/").length;
}

function order(a: Occurrence, b: Occurrence): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line;
}

function folded(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
