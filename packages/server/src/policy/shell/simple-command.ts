import type { Node } from "web-tree-sitter";
import type { ShellAssignment, ShellWord } from "../verdict.ts";
import { type Around, literalWord, nothingAround, type WrittenCommand } from "./command.ts";
import { readRedirect } from "./redirects.ts";
import { isReserved } from "./reserved.ts";
import { source, unknownNode, wordsOf } from "./tree.ts";
import { Unreadable } from "./unreadable.ts";
import { checkApart, type Surroundings } from "./words.ts";

/** Reads a simple command in the order of its words: assignments, name, arguments, redirects anywhere between. */
export function readCommand(node: Node, outer: Around, around: Surroundings): WrittenCommand {
  const assignments: ShellAssignment[] = [];
  const words: ShellWord[] = [];
  let redirected: Around = { ...nothingAround, input: outer.input };
  let previous: Node | undefined;
  for (const child of wordsOf(node, around.script)) {
    if (previous) checkBeside(previous, child, around.script);
    previous = child;
    if (child.type === "variable_assignment") assignments.push(readAssignment(child, around));
    else if (child.type.endsWith("_redirect")) {
      redirected = readRedirect(child, { ...redirected, words: [] }, around);
      words.push(...redirected.words);
    } else words.push(argument(child, around));
  }
  words.push(...outer.words);
  const name = node.children.find((child) => child.type === "command_name");
  checkName(words[0], name ? source(name, around.script) : (words[0]?.text ?? ""), node.startIndex);
  return {
    words,
    assignments,
    redirects: [...redirected.redirects, ...outer.redirects],
    input: redirected.input,
    text: source(node, around.script),
  };
}

function argument(node: Node, around: Surroundings): ShellWord {
  if (node.type === "==" || node.type === "=~") return literalWord(node.type);
  if (!node.isNamed && node.type !== "$") unknownNode(node);
  return around.word(node);
}

/** A word that touches a redirect may be its descriptor: `2>file`, `{fd}>file`. */
function checkBeside(previous: Node, next: Node, script: string): void {
  if (previous.endIndex < next.startIndex) return;
  if (!next.type.endsWith("_redirect")) checkApart(previous.endIndex, next);
  if (/(?:^[0-9]+|[}\]])$/.test(source(previous, script)))
    throw new Unreadable("a redirect that shells read differently", next.startIndex);
}

/** A command whose words all stand behind a redirect. */
export function commandOf(around: Around, text: string, offset: number): WrittenCommand {
  checkName(around.words[0], around.words[0]?.text ?? "", offset);
  return { ...around, assignments: [], text };
}

function checkName(first: ShellWord | undefined, written: string, offset: number): void {
  if (!first || isReserved(written) || /^[A-Za-z_]\w*(?:\[.*)?\+?=/.test(first.text))
    throw new Unreadable(`${written || "a redirect"} where a command should stand`, offset);
}

/** Reads `NAME=value`, `NAME+=value`, `NAME[0]=value`, `NAME=(a b)`. */
export function readAssignment(node: Node, around: Surroundings): ShellAssignment {
  const [name, sign, value, more] = wordsOf(node, around.script);
  if (!name || !sign || more || name.endIndex !== sign.startIndex) return unknownNode(node);
  if (value && value.startIndex !== sign.endIndex) unknownNode(node);
  const variable = variableName(name, around);
  if (!value) return { name: variable, value: literalWord("") };
  if (value.type !== "array") return { name: variable, value: around.word(value) };
  for (const element of wordsOf(value, around.script)) if (element.isNamed) around.word(element);
  return { name: variable, value: { text: source(value, around.script), literal: false } };
}

function variableName(node: Node, around: Surroundings): string {
  const text = source(node, around.script);
  const [, name, index] = /^([A-Za-z_][A-Za-z_0-9]*)(\[[\s\S]*\])?$/.exec(text) ?? unknownNode(node);
  // A subscript is arithmetic, or the key of a map; only a number is harmless as both.
  if (index !== undefined && !/^\[[0-9]+\]$/.test(index)) around.unknown(node);
  return name!;
}
