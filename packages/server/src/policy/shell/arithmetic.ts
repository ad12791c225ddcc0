import type { Node } from "web-tree-sitter";
import { parts } from "./tree.ts";
import type { Surroundings } from "./words.ts";

/**
 * Reads arithmetic. A shell evaluates the value of a variable again, and a subscript in it may run commands
 * (`x='a[$(id)]'; echo $((x))`): only numbers are known.
 */
export function walkArithmetic(node: Node, around: Surroundings): void {
  if (!onlyNumbers(node, around)) around.unknown(node);
}

function onlyNumbers(node: Node, around: Surroundings): boolean {
  switch (node.type) {
    case "number":
      return node.namedChildCount === 0;
    case "command_substitution":
      around.statements(node);
      return false;
    case "arithmetic_expansion":
    case "compound_statement":
    case "binary_expression":
    case "unary_expression":
    case "ternary_expression":
    case "parenthesized_expression":
      return parts(node, around.script)
        .filter((child) => child.isNamed)
        .map((child) => onlyNumbers(child, around))
        .every(Boolean);
    default:
      return false;
  }
}
