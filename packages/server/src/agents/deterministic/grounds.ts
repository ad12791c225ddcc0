import { asksForChange, authoringContext } from "./authoring-context.ts";
import type { Desk } from "./desk.ts";
import { findSymbol } from "./find-answer.ts";
import { answerFromGit } from "./git-answers.ts";

const MAX_SYMBOLS = 4;
const MAX_FILES = 20;

/**
 * What is worth knowing before open words are answered: which repository this is, which of the files they name exist,
 * where the names they put in backticks or call like functions are defined, and where a change they ask for may belong.
 * Undefined when there is nothing.
 */
export async function groundsFor(words: string, desk: Desk): Promise<string | undefined> {
  const files = await filesNamed(words, desk);
  const symbols = symbolsNamed(words);
  const change = asksForChange(words) ? await authoringContext(words, desk) : undefined;
  if (files.length === 0 && symbols.length === 0 && change === undefined) return undefined;
  const parts = [(await answerFromGit({ kind: "identity" }, desk)).text];
  if (files.length > 0) parts.push(`Files named:\n${files.join("\n")}`);
  if (change !== undefined) parts.push(change);
  for (const symbol of symbols)
    parts.push((await findSymbol({ kind: "find", relation: "defined", symbol }, desk)).text);
  return parts.join("\n\n");
}

async function filesNamed(words: string, desk: Desk): Promise<string[]> {
  const named = new Set(
    [...words.matchAll(/(?<![\w/.@:-])[\w@.-]+(?:\/[\w@.-]+)*\.\w{1,8}\b/g)].map(([name]) => name),
  );
  const found: string[] = [];
  for (const name of [...named].slice(0, MAX_FILES)) {
    const text = await desk.files.read(name).catch(() => undefined);
    if (text !== undefined) found.push(`- ${name}: ${text.replace(/\n$/, "").split("\n").length} lines`);
    else if (name.includes("/")) found.push(`- ${name}: does not exist`);
  }
  return found;
}

function symbolsNamed(words: string): string[] {
  const prose = words.replace(/```[\s\S]*?```/g, "");
  const quoted = [...prose.matchAll(/`([A-Za-z_$][\w$]*(?:(?:\.|::|#)[\w$]+)*)(?:\(\))?`/g)];
  const called = [...prose.matchAll(/\b([A-Za-z_$][\w$]{2,}(?:\.[\w$]+)*)\(\)/g)];
  const names = [...quoted, ...called].flatMap((match) => match[1] ?? []);
  return [...new Set(names)]
    .filter((name) => !/\.\w{1,4}$/.test(name) || /\(/.test(name))
    .slice(0, MAX_SYMBOLS);
}
