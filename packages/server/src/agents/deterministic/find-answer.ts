import path from "node:path";
import { bounded } from "../json-line.ts";
import { type Answer, type Desk, shown } from "./desk.ts";
import type { Intent, Relation } from "./intent.ts";
import { allFiles, functionAround, linesWith } from "./look.ts";
import type { Occurrence, Occurrences } from "./occurrences.ts";
import { lastPart, ranked } from "./rank.ts";

const MAX_SHOWN = 30;

/** Says where a name is defined, used or called: file, line and the line itself, the best answers first. */
export async function findSymbol(intent: Extract<Intent, { kind: "find" }>, desk: Desk): Promise<Answer> {
  const { relation, symbol } = intent;
  const item = { kind: "tool_call", name: "search", input: { relation, symbol } } as const;
  return shown(desk, item, async () => {
    const all = await linesWith(lastPart(symbol), desk);
    const best = ranked(relation, symbol, all.found);
    const text =
      best.length > 0 ? await told(relation, symbol, best, all, desk) : await nothing(intent, all, desk);
    return { value: { text }, done: { output: bounded(text) } };
  });
}

async function told(
  relation: Relation,
  symbol: string,
  best: readonly Occurrence[],
  all: Occurrences,
  desk: Desk,
): Promise<string> {
  const rows: string[] = [];
  for (const one of best.slice(0, MAX_SHOWN)) {
    const around = relation === "calls" ? await functionAround(one, desk) : undefined;
    const within = around === undefined ? "" : ` (in \`${around}\`)`;
    rows.push(`- ${one.file}:${one.line}${within}: \`${one.text.trim().replaceAll("`", "'")}\``);
  }
  const count = all.cut ? `at least ${best.length}` : `${best.length}`;
  const places = best.length === 1 ? "place" : "places";
  const head = `\`${symbol}\` is ${PAST[relation]} in ${count} ${places}:`;
  const more = best.length > MAX_SHOWN ? [`- … and ${best.length - MAX_SHOWN} more`] : [];
  return [head, "", ...rows, ...more].join("\n");
}

const PAST: Readonly<Record<Relation, string>> = { defined: "defined", used: "used", calls: "called" };

/** Nothing answers the question; what comes nearest to it is said instead. */
async function nothing(
  { relation, symbol }: Extract<Intent, { kind: "find" }>,
  all: Occurrences,
  desk: Desk,
): Promise<string> {
  const none = `I found no place where \`${symbol}\` is ${PAST[relation]}`;
  if (all.found.length > 0) {
    const some = all.found
      .slice(0, 10)
      .map((one) => `- ${one.file}:${one.line}: \`${one.text.trim().replaceAll("`", "'")}\``);
    return `${none}. These lines name it:\n\n${some.join("\n")}`;
  }
  const files = await allFiles(desk);
  const wanted = symbol.toLowerCase();
  const named = files.filter((file) => path.basename(file).toLowerCase().includes(wanted)).slice(0, 10);
  const alike = named.map((file) => `- ${file}`).join("\n");
  return named.length > 0
    ? `${none}. These files have it in their name:\n\n${alike}`
    : `${none}, nor any file named so.`;
}
