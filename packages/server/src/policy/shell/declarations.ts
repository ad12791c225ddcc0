import type { Node } from "web-tree-sitter";
import type { ShellWord } from "../verdict.ts";
import { changesPrograms, isHarmless } from "./assignments.ts";
import { type Around, literalWord, type WrittenCommand } from "./command.ts";
import { readAssignment } from "./simple-command.ts";
import { source, unknownNode, wordsOf } from "./tree.ts";
import { checkApart, type Surroundings } from "./words.ts";

/**
 * Reads `export`, `declare`, `local`, `readonly`, `typeset`. One that only names harmless variables runs nothing and
 * is no command; the others are given as written.
 */
export function readDeclaration(node: Node, outer: Around, around: Surroundings): WrittenCommand | undefined {
  const [keyword, ...rest] = wordsOf(node, around.script);
  if (!keyword) return unknownNode(node);
  let previous = keyword;
  const words = [literalWord(keyword.type)];
  const names: string[] = [];
  for (const child of rest) {
    checkApart(previous.endIndex, child);
    previous = child;
    const word = declaredWord(child, around);
    words.push(word);
    if (child.type === "variable_assignment" || !word.text.startsWith("-") || !word.literal)
      names.push(declaredName(child, word, around));
    else if (!/^-[xrgfpF-]+$/.test(word.text)) around.unknown(child);
  }
  words.push(...outer.words);
  if (names.some(changesPrograms)) around.unknown(node);
  const exported = keyword.type === "export" || words.some((word) => /^-[a-z]*x/.test(word.text));
  if (outer.words.length === 0 && names.length > 0 && (!exported || names.every(isHarmless)))
    return undefined;
  return { ...outer, words, assignments: [], text: source(node, around.script) };
}

function declaredWord(node: Node, around: Surroundings): ShellWord {
  if (node.type !== "variable_assignment") return around.word(node);
  const { name, value } = readAssignment(node, around);
  return value.literal
    ? literalWord(`${name}=${value.text}`)
    : { text: source(node, around.script), literal: false };
}

/** The variable a word declares, quoted or not; a name that is known only when it runs may be any. */
function declaredName(node: Node, word: ShellWord, around: Surroundings): string {
  const assigned = node.type === "variable_assignment";
  const name = /^[A-Za-z_][A-Za-z_0-9]*(?=$|\+?=)/.exec(word.text)?.[0];
  if (!name || (!assigned && !word.literal)) around.unknown(node);
  return name ?? "";
}

/** Reads `unset`: a name it takes away may be one programs go by, and a subscript may run commands. */
export function readUnset(node: Node, around: Surroundings): void {
  const [, ...rest] = wordsOf(node, around.script);
  for (const child of rest) {
    const word = around.word(child);
    const plain = word.literal && /^(?:-[fvn]+|[A-Za-z_][A-Za-z_0-9]*)$/.test(word.text);
    if (!plain || changesPrograms(word.text)) around.unknown(child);
  }
}
