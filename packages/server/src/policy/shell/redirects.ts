import type { Node } from "web-tree-sitter";
import type { ShellRedirect, ShellWord } from "../verdict.ts";
import { type Around, type Input, nothingAround } from "./command.ts";
import { readHeredoc } from "./heredoc.ts";
import { source, unknownNode, wordsOf } from "./tree.ts";
import { Unreadable } from "./unreadable.ts";
import { checkApart, type Surroundings } from "./words.ts";

const reads = new Set(["<", "<&"]);
const writes = new Set([">", ">>", "&>", "&>>", ">&", ">|"]);
const closes = new Set(["<&-", ">&-"]);

/** Reads one redirect of whatever kind, added to what is around already. */
export function readRedirect(node: Node, before: Around, around: Surroundings): Around {
  const [first, second] = node.children;
  if (first?.type === "file_descriptor") checkDescriptor(first, second, around.script);
  switch (node.type) {
    case "file_redirect":
      return fileRedirect(node, before, around);
    case "herestring_redirect":
      return { ...before, input: hereString(node, around) };
    case "heredoc_redirect":
      return { ...before, input: readHeredoc(node, around) };
    default:
      return unknownNode(node);
  }
}

/** The redirects of a statement together. */
export function readRedirects(nodes: readonly Node[], around: Surroundings): Around {
  return nodes.reduce((before, node) => readRedirect(node, before, around), nothingAround);
}

function fileRedirect(node: Node, before: Around, around: Surroundings): Around {
  const children = wordsOf(node, around.script);
  const [operator, ...targets] = children.filter((child) => child.type !== "file_descriptor");
  if (!operator) unknownNode(node);
  const words = targets.map((target, index) => {
    if (index > 0) checkApart(targets[index - 1]!.endIndex, target);
    return around.word(target);
  });
  if (closes.has(operator.type)) {
    if (targets[0]?.startIndex === operator.endIndex) unknownNode(node);
    return { ...before, words: [...before.words, ...words] };
  }
  const [target, ...rest] = words;
  if (!target) unknownNode(node);
  const redirect = toRedirect(operator.type, target, node);
  return {
    ...before,
    redirects: redirect ? [...before.redirects, redirect] : before.redirects,
    words: [...before.words, ...rest],
    input: operator.type === "<" ? { known: false } : before.input,
  };
}

/** Digits that touch the redirect and nothing before them. */
function checkDescriptor(node: Node, operator: Node | undefined, script: string): void {
  const before = script.slice(0, node.startIndex).at(-1) ?? "\n";
  const alone = /^[\s;&|()]$/.test(before) && node.endIndex === operator?.startIndex;
  if (!alone || !/^[0-9]+$/.test(source(node, script))) unknownNode(node);
}

function toRedirect(operator: string, target: ShellWord, node: Node): ShellRedirect | undefined {
  const duplicates = operator.endsWith("&") && /^(?:[0-9]+-?|-)$/.test(target.text);
  if (duplicates) return undefined;
  if (reads.has(operator)) return { mode: "read", target };
  if (!writes.has(operator)) return unknownNode(node);
  // To zsh `>!file` is `>|file`.
  return { mode: "write", target: target.text.startsWith("!") ? { ...target, literal: false } : target };
}

function hereString(node: Node, around: Surroundings): Input {
  const value = wordsOf(node, around.script).at(-1);
  if (!value?.isNamed) throw new Unreadable(`${source(node, around.script)} without a text`, node.startIndex);
  const word = around.word(value);
  return word.literal ? { known: true, text: `${word.text}\n` } : { known: false };
}
