import type { Node } from "web-tree-sitter";
import { plainIn } from "./quotes.ts";
import { parts, source, unknownNode, wordsOf } from "./tree.ts";
import type { Surroundings } from "./words.ts";

const numeric = new Set(["-eq", "-ne", "-lt", "-le", "-gt", "-ge"]);
/** A number, or an expansion that is always one. */
const number = /^"?(?:-?[0-9]+|\$[#?]|\$\{#[A-Za-z_0-9]*\})"?$/;
/** Where some shells see the end of a command or a redirect inside `[[ … ]]`. */
const elsewhere = new Set(["||", "<", ">", "<=", ">=", "|", "&", "<<", ">>", "(", "?"]);

/** Reads `[ … ]` and `[[ … ]]`: commands substituted in it, and whether it evaluates what nobody sees. */
export function walkTest(node: Node, around: Surroundings): void {
  const single = node.children[0]?.type === "[";
  const children = single ? wordsOf(node, around.script) : parts(node, around.script);
  // Without blanks the brackets are part of the words beside them.
  for (const [index, child] of children.entries()) {
    if (index > 0 && children[index - 1]!.endIndex === child.startIndex) unknownNode(child);
    if (child.isNamed) walkCondition(child, single, around);
  }
}

function walkCondition(node: Node, single: boolean, around: Surroundings): void {
  switch (node.type) {
    case "unary_expression":
    case "binary_expression":
    case "parenthesized_expression":
      walkOperands(node, single, around);
      break;
    case "extglob_pattern":
    case "regex":
      checkPattern(node, around.script);
      break;
    case "redirected_statement":
    case "ternary_expression":
    case "postfix_expression":
      unknownNode(node);
      break;
    default:
      around.word(node);
  }
}

function walkOperands(node: Node, single: boolean, around: Surroundings): void {
  const children = single ? wordsOf(node, around.script) : parts(node, around.script);
  const operator = children.find((child) => !child.isNamed || child.type === "test_operator");
  const operands = children.filter((child) => child.isNamed && child.type !== "test_operator");
  const sign = operator ? source(operator, around.script).trim() : "";
  if (elsewhere.has(sign) || (single && sign === "&&")) around.unknown(node);
  const sources = operands.map((operand) => source(operand, around.script));
  if (numeric.has(sign) && !sources.every((text) => number.test(text))) around.unknown(node);
  if ((sign === "-v" || sign === "-R") && !sources.every((text) => /^\w+$/.test(text))) around.unknown(node);
  for (const operand of operands) walkCondition(operand, single, around);
}

/** A pattern of a test or of a case holds no commands. */
export function checkPattern(node: Node, script: string): void {
  const text = source(node, script);
  plainIn(text, node.startIndex);
  if (/[<>]\(/.test(text)) unknownNode(node);
}
