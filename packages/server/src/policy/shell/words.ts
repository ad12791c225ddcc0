import type { Node } from "web-tree-sitter";
import type { ShellWord } from "../verdict.ts";
import { walkArithmetic } from "./arithmetic.ts";
import { walkExpansion } from "./expansion.ts";
import { ansi, bare, dollarIsPlain, double, type Piece, plainIn, single } from "./quotes.ts";
import { parts, source, unknownNode } from "./tree.ts";
import { Unreadable } from "./unreadable.ts";

/** What words need of the walk over the statements around them. */
export interface Surroundings {
  readonly script: string;
  /** Reads a word, and what is substituted in it. */
  word(node: Node): ShellWord;
  /** Reads the commands of a substitution. */
  statements(node: Node): void;
  /** Notes something that is known only when it runs. */
  unknown(node: Node): void;
}

const unread: Piece = { value: "", active: "", literal: false };

/** Reads a word: its value, or that it is known only when it runs. Commands substituted inside are read too. */
export function readWord(node: Node, around: Surroundings): ShellWord {
  const pieces = piecesOf(node, around);
  const active = pieces.map((piece) => piece.active).join("");
  if (pieces.every((piece) => piece.literal) && !expands(active))
    return { text: pieces.map((piece) => piece.value).join(""), literal: true };
  return { text: source(node, around.script), literal: false };
}

/** Whether unquoted characters make a glob, a brace expansion or a home directory of a word. */
function expands(active: string): boolean {
  return /[*?[]|^~|[=:]~/.test(active) || active.replaceAll("{}", "").includes("{");
}

function piecesOf(node: Node, around: Surroundings): Piece[] {
  const text = source(node, around.script);
  switch (node.type) {
    case "concatenation":
    case "command_name":
      return adjacent(node, around);
    case "word":
    case "test_operator":
    case "variable_name":
      return [bare(text, node.startIndex)];
    case "number":
      return node.namedChildCount === 0 ? [bare(text, node.startIndex)] : [unread, ...adjacent(node, around)];
    case "$":
      if (!dollarIsPlain(around.script.slice(node.endIndex))) unknownNode(node);
      return [{ value: "$", active: "$", literal: true }];
    case "raw_string":
      return [single(text, node.startIndex)];
    case "ansi_c_string":
      return [ansi(text, node.startIndex)];
    case "string":
      return [readString(node, around)];
    default:
      readUnknown(node, around);
      return [unread];
  }
}

function adjacent(node: Node, around: Surroundings): Piece[] {
  const children = parts(node, around.script);
  let at = node.startIndex;
  return children.flatMap((child) => {
    if (child.startIndex !== at) throw new Unreadable("a gap inside a word", at);
    at = child.endIndex;
    return piecesOf(child, around);
  });
}

/** What has no value before it runs. */
function readUnknown(node: Node, around: Surroundings): void {
  switch (node.type) {
    case "simple_expansion":
      checkVariable(node, around.script);
      break;
    case "expansion":
      walkExpansion(node, around);
      break;
    case "command_substitution":
      readSubstitution(node, around);
      break;
    case "process_substitution":
      around.statements(node);
      break;
    case "arithmetic_expansion":
      walkArithmetic(node, around);
      break;
    case "brace_expression":
      return;
    case "translated_string": {
      const inner = node.namedChildren[0];
      if (inner) readString(inner, around);
      return;
    }
    default:
      unknownNode(node);
  }
}

function checkVariable(node: Node, script: string): void {
  // Inside double quotes the node may begin with the blanks before it.
  if (!/^\s*\$(?:[A-Za-z_][A-Za-z_0-9]*|[0-9*@?!#$_-])$/.test(source(node, script))) unknownNode(node);
}

/** Double quotes: a literal when nothing is expanded in them. */
function readString(node: Node, around: Surroundings): Piece {
  const { script } = around;
  const text = source(node, script);
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) unknownNode(node);
  const inside = node.children.filter((child) => child.isNamed && child.type !== "string_content");
  if (inside.length === 0) {
    checkQuotes(text.slice(1, -1), node);
    return double(text.slice(1, -1), node.startIndex + 1);
  }
  readExpanded(inside, node.startIndex + 1, node.endIndex - 1, around, (plain) => checkQuotes(plain, node));
  return unread;
}

function checkQuotes(plain: string, node: Node): void {
  if (/^(?:[^"\\]|\\[\s\S])*$/.test(plain)) return;
  throw new Unreadable("double quotes that shells end differently", node.startIndex);
}

/** Reads the expansions in a stretch of text, and checks that the rest holds none. */
export function readExpanded(
  expansions: readonly Node[],
  from: number,
  to: number,
  around: Surroundings,
  check: (plain: string) => void = () => {},
): void {
  let at = from;
  const plain = (end: number) => {
    const text = around.script.slice(at, end);
    plainIn(text, at);
    check(text);
  };
  for (const node of expansions) {
    plain(node.startIndex);
    readUnknown(node, around);
    at = node.endIndex;
  }
  plain(to);
}

/** `$(…)`, and backquotes as long as no backslash inside them needs a second reading. */
function readSubstitution(node: Node, around: Surroundings): void {
  const text = source(node, around.script).trimStart();
  const backquoted = text.startsWith("`");
  if (!backquoted && !text.startsWith("$(")) unknownNode(node);
  if (backquoted && text.includes("\\"))
    throw new Unreadable("a backslash inside backquotes", node.startIndex);
  around.statements(node);
}

/** The words and values that follow one another must have something between them. */
export function checkApart(previousEnd: number, next: Node): void {
  if (previousEnd === next.startIndex) throw new Unreadable("two words without a blank between", previousEnd);
}
