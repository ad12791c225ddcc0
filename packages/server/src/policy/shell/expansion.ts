import type { Node } from "web-tree-sitter";
import { changesPrograms } from "./assignments.ts";
import { parts, source, unknownNode } from "./tree.ts";
import type { Surroundings } from "./words.ts";

/** `${x}`, `${#x}`, `${x[@]}`, `${x[0]}`. */
const plain = /^\$\{#?(?:[A-Za-z_][A-Za-z_0-9]*(?:\[(?:[@*]|[0-9]+)\])?|[0-9]+|[*@?!#$_-])\}$/;
/** The name and the operator of `${x:-…}`, `${x#…}`, `${x/…}`, `${x,,}`. */
const operated = /^\$\{([A-Za-z_][A-Za-z_0-9]*|[0-9@*]+)(:?[-=+?]|##?|%%?|\/[/#%]?|\^\^?|,,?)/;
/** `${x:1}`, `${x:1:2}`: numbers only, for anything else is arithmetic, which can run commands. */
const cut = /^\$\{[A-Za-z_@*][A-Za-z_0-9]*: ?-?[0-9]+(?:: ?-?[0-9]+)?\}$/;

/**
 * Reads `${…}`: the commands in its words. Forms that evaluate a value again (`${x@P}`, `${!x}`, `${x[i]}`) can run
 * what nobody sees.
 */
export function walkExpansion(node: Node, around: Surroundings): void {
  const text = source(node, around.script).trimStart();
  if (plain.test(text) || cut.test(text)) return;
  const [, name = "", operator = ""] = operated.exec(text) ?? unknownNode(node);
  if (operator.endsWith("=") && changesPrograms(name)) around.unknown(node);
  for (const child of parts(node, around.script)) walkPart(child, around);
}

function walkPart(node: Node, around: Surroundings): void {
  switch (node.type) {
    case "regex":
      if (/[$`'"<>]/.test(source(node, around.script))) unknownNode(node);
      return;
    case "variable_name":
    case "special_variable_name":
      return;
    case "array":
    case "subscript":
    case "parenthesized_expression":
    case "binary_expression":
      unknownNode(node);
      break;
    default:
      if (node.isNamed) around.word(node);
  }
}
