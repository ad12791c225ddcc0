import type { Node } from "web-tree-sitter";
import { Unreadable } from "./unreadable.ts";

/** A machine wrote what has more, and nobody reads it before answering. */
const MOST_PARTS = 2_000;
/** Only blanks: a backslash before a newline joins what it touches, so it needs a blank beside it. */
const blanks = /^(?:[ \t\n]|(?<=[ \t\n])\\\n|\\\n(?=[ \t]))*$/;
/** The same within one command, which a newline would end. */
const blanksInLine = /^(?:[ \t]|(?<=[ \t\n])\\\n|\\\n(?=[ \t]))*$/;
/** Syntax only when it stands alone; touching something else it is part of a word. */
const standsAlone = /^(?:[a-z]+|[{}!]|\[\[?)$/;

/**
 * The parts of a node without comments. What lies between them is checked: the grammar skips more than a shell
 * does (escaped blanks, carriage returns), and what it skipped nobody would have judged.
 */
export function parts(node: Node, script: string, between = blanks): readonly Node[] {
  if (node.childCount > MOST_PARTS)
    throw new Unreadable(`more than ${MOST_PARTS} words or commands in one`, node.startIndex);
  const children = node.children;
  let at = node.startIndex;
  for (const child of children) {
    checkGap(script, at, child.startIndex, between);
    if (child.type === "comment") checkComment(child, script);
    else if (!child.isNamed) checkToken(child, script, between);
    at = child.endIndex;
  }
  if (children.length > 0) checkGap(script, at, node.endIndex, between);
  return children.some((child) => child.type === "comment")
    ? children.filter((child) => child.type !== "comment")
    : children;
}

/** The parts of one command: words, assignments and redirects on one line. */
export function wordsOf(node: Node, script: string): readonly Node[] {
  return parts(node, script, blanksInLine);
}

/** The parts of a compound command: keywords and statements. */
export function statementsOf(node: Node, script: string): readonly Node[] {
  const children = parts(node, script);
  for (const child of children) {
    const touches = !child.isNamed && /^[^\s;&|<>()]/.test(script.slice(child.endIndex, child.endIndex + 1));
    if (touches && standsAlone.test(child.type))
      throw new Unreadable(`${child.type} that is part of a word`, child.startIndex);
  }
  return children;
}

/** The source of a node. */
export function source(node: Node, script: string): string {
  return script.slice(node.startIndex, node.endIndex);
}

/** Throws that the node is not among what is understood. */
export function unknownNode(node: Node): never {
  throw new Unreadable(`a ${node.type.replaceAll("_", " ")} that was not understood`, node.startIndex);
}

/** Refuses what lies between two words unless it is blanks to every shell. */
export function checkGap(script: string, from: number, to: number, between = blanks): void {
  if (from === to) return;
  if (from > to || !between.test(script.slice(from, to)))
    throw new Unreadable("characters between words that shells read differently", from);
}

/** A token is its own text, and blanks before it: the scanner of the grammar is known to take in more. */
function checkToken(node: Node, script: string, between: RegExp): void {
  const text = source(node, script);
  const lead = text.slice(0, Math.max(0, text.length - node.type.length));
  if (lead + node.type !== text || !between.test(lead))
    throw new Unreadable(`${JSON.stringify(text)} that shells read differently`, node.startIndex);
}

function checkComment(node: Node, script: string): void {
  const before = node.startIndex === 0 ? "\n" : script[node.startIndex - 1]!;
  const escapedBlank = script[node.startIndex - 2] === "\\" && before !== "\n";
  if (!/[ \t\n;&|()]/.test(before) || escapedBlank)
    throw new Unreadable("a # that shells read differently", node.startIndex);
}
