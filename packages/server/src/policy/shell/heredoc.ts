import type { Node } from "web-tree-sitter";
import type { Input } from "./command.ts";
import { source, unknownNode } from "./tree.ts";
import { Unreadable } from "./unreadable.ts";
import { readExpanded, type Surroundings } from "./words.ts";

const delimiter = /^(?:([A-Za-z0-9_.-]+)|'([A-Za-z0-9_.-]+)'|"([A-Za-z0-9_.-]+)"|\\([A-Za-z0-9_.-]+))$/;

/**
 * Reads a here-document: what it gives as input, and the commands substituted in it. That it ends where the grammar
 * says is checked line by line, for what follows its end is run.
 */
export function readHeredoc(node: Node, around: Surroundings): Input {
  const { script } = around;
  const [operator, start, body, end] = ["<<", "heredoc_start", "heredoc_body", "heredoc_end"].map((type) =>
    node.children.find((child) => child.type === type || (type === "<<" && child.type === "<<-")),
  );
  if (!operator || !start || !body || !end) return unknownNode(node);
  if (source(operator, script) !== operator.type) unknownNode(operator);
  if (!/^[\s|&;<>)]/.test(script.slice(start.endIndex))) unknownNode(start);
  const [, plain, ...quoted] = delimiter.exec(source(start, script)) ?? unknownNode(node);
  const name = plain ?? quoted.find((form) => form !== undefined)!;
  const dashed = operator.type === "<<-";
  const from = script.indexOf("\n", start.endIndex) + 1;
  checkPlace(node, from, body, script);
  const lines = script.slice(from, end.startIndex).split("\n");
  const stripped = lines.map((line) => (dashed ? line.replace(/^\t+/, "") : line));
  const last = stripped.pop();
  const tail = script.slice(end.endIndex);
  if (last !== "" || stripped.includes(name) || source(end, script) !== name || !/^(?:\n|$)/.test(tail))
    throw new Unreadable("a here-document that shells end differently", start.startIndex);
  if (plain === undefined) return { known: true, text: lines.length > 1 ? `${stripped.join("\n")}\n` : "" };
  return expandedBody(body, from, end.startIndex, stripped, around);
}

/** The body begins on the line after the one with the delimiter, on which everything else of the command stands. */
function checkPlace(node: Node, from: number, body: Node, script: string): void {
  const rest = node.children.filter((child) => !/^(?:heredoc_body|heredoc_end|\n)$/.test(child.type));
  const before = rest.every((child) => child.endIndex < from);
  if (from === 0 || !before || !/^\s*$/.test(script.slice(from, Math.max(from, body.startIndex))))
    throw new Unreadable("a here-document that shells begin differently", node.startIndex);
}

function expandedBody(
  body: Node,
  from: number,
  to: number,
  lines: readonly string[],
  around: Surroundings,
): Input {
  const text = around.script.slice(from, to);
  if (/\\\n/.test(text)) throw new Unreadable("a here-document with joined lines", from);
  const expansions = body.children.filter((child) => child.isNamed && child.type !== "heredoc_content");
  readExpanded(expansions, from, to, around);
  if (expansions.length > 0) return { known: false };
  const value = lines.map((line) => `${line}\n`).join("");
  return { known: true, text: value.replace(/\\([$`\\])/g, "$1") };
}
