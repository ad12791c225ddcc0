import type { SyntaxNode } from "@lezer/common";
import { parser } from "@lezer/python";
import { RuleMistake } from "./fault.ts";
import { MOST_SOURCE_BYTES } from "./rule.ts";
import { stringValue } from "./string-literal.ts";
import { type Call, kindOf, type Value } from "./value.ts";

/** Expressions inside expressions at most. */
const MOST_DEPTH = 512;
/** Things a file may do at most: each part of an expression is one, and each character or item that + copies. */
const MOST_STEPS = 1_000_000;

/** Constructs of the language Starlark comes from that files of rules do not have, as a person calls them. */
const refused: Readonly<Record<string, string>> = {
  FunctionDefinition: "def",
  ClassDefinition: "class",
  LambdaExpression: "lambda",
  ForStatement: "a loop",
  WhileStatement: "a loop",
  IfStatement: "if",
  ConditionalExpression: "if",
  ImportStatement: "import",
  TryStatement: "try",
  WithStatement: "with",
  MatchStatement: "match",
  ArrayComprehensionExpression: "a comprehension",
  DictionaryComprehensionExpression: "a comprehension",
  SetComprehensionExpression: "a comprehension",
  ComprehensionExpression: "a comprehension",
  FormatString: "an f-string",
  ContinuedString: "two strings side by side (put + between them)",
  UpdateStatement: "changing a variable",
  MemberExpression: "a part of a value",
  SetExpression: "a set",
  AwaitExpression: "await",
  NamedExpression: ":=",
};

/**
 * Reads a file of rules: assignments of names that are never changed, and calls of known functions. There is no
 * way to run long or to reach anything outside: no load, def, lambda, loop, condition or attribute. Throws a
 * `RuleMistake` at the first thing that is not part of the language.
 */
export function evaluate(text: string, known: ReadonlySet<string>): Call[] {
  if (Buffer.byteLength(text) > MOST_SOURCE_BYTES)
    throw new RuleMistake(`the file is larger than ${MOST_SOURCE_BYTES} bytes`, 0);
  return new Evaluation(text, known).run(parsed(text));
}

/** The text as a tree, or the place where it stops being one. */
function parsed(text: string): SyntaxNode {
  try {
    return parser.configure({ strict: true }).parse(text).topNode;
  } catch (error) {
    const at = error instanceof SyntaxError ? Number(/\d+$/.exec(error.message)?.[0]) : Number.NaN;
    if (Number.isNaN(at)) throw error;
    const found = text.slice(at).trimStart();
    throw new RuleMistake(
      found === ""
        ? "something is missing at the end"
        : `"${found.slice(0, 20).split("\n")[0]}" does not belong here`,
      found === "" ? at : text.length - found.length,
    );
  }
}

class Evaluation {
  readonly #text: string;
  readonly #known: ReadonlySet<string>;
  readonly #variables = new Map<string, Value>();
  readonly #calls: Call[] = [];
  #steps = 0;

  constructor(text: string, known: ReadonlySet<string>) {
    this.#text = text;
    this.#known = known;
  }

  run(script: SyntaxNode): Call[] {
    for (const statement of children(script)) this.#statement(statement);
    return this.#calls;
  }

  #statement(node: SyntaxNode): void {
    if (node.name === "StatementGroup") {
      for (const inner of children(node)) if (inner.name !== ";") this.#statement(inner);
      return;
    }
    if (node.name === "AssignStatement") {
      this.#assign(node);
      return;
    }
    const inner = node.name === "ExpressionStatement" ? node.firstChild : null;
    if (inner === null) throw this.#refusal(node);
    // A text by itself is a remark.
    if (inner.name === "String") return;
    if (inner.name !== "CallExpression") throw this.#refusal(inner);
    this.#calls.push(this.#call(inner));
  }

  #assign(node: SyntaxNode): void {
    const [target, operator, value, more] = children(node);
    if (target?.name !== "VariableName" || operator?.name !== "AssignOp" || !value || more)
      throw new RuleMistake("only one name can be given a value: name = value", node.from);
    const name = this.#source(target);
    if (this.#variables.has(name))
      throw new RuleMistake(`${name} has a value already, and values do not change`, target.from);
    if (this.#known.has(name)) throw new RuleMistake(`${name} is a function`, target.from);
    this.#variables.set(name, this.#value(value, 0));
  }

  #call(node: SyntaxNode): Call {
    const [callee, list] = children(node);
    const name = callee?.name === "VariableName" ? this.#source(callee) : "";
    if (name === "load")
      throw new RuleMistake("load is not part of the language: a file stands alone", node.from);
    if (!this.#known.has(name))
      throw new RuleMistake(
        `there is no function ${name || this.#source(callee ?? node)}; there are ${[...this.#known].join(", ")}`,
        node.from,
      );
    const positional: { value: Value; offset: number }[] = [];
    const named = new Map<string, { value: Value; offset: number }>();
    for (const { name: key, node: value } of this.#arguments(list)) {
      const argument = { value: this.#value(value, 1), offset: value.from };
      if (key === undefined) {
        if (named.size > 0)
          throw new RuleMistake("an argument without a name stands before those with one", value.from);
        positional.push(argument);
      } else if (named.has(key)) throw new RuleMistake(`${key} is given twice`, value.from);
      else named.set(key, argument);
    }
    return { name, offset: node.from, positional, named };
  }

  #arguments(list: SyntaxNode | undefined): { name: string | undefined; node: SyntaxNode }[] {
    const found: { name: string | undefined; node: SyntaxNode }[] = [];
    const parts =
      list === undefined ? [] : children(list).filter(({ name }) => !["(", ")", ","].includes(name));
    for (let at = 0; at < parts.length; at += 1) {
      const part = parts[at] as SyntaxNode;
      const value = parts[at + 2];
      if (part.name === "*" || part.name === "**")
        throw new RuleMistake("arguments are written out, without *", part.from);
      if (parts[at + 1]?.name !== "AssignOp" || value === undefined)
        found.push({ name: undefined, node: part });
      else {
        found.push({ name: this.#source(part), node: value });
        at += 2;
      }
    }
    return found;
  }

  #value(node: SyntaxNode, depth: number): Value {
    this.#step(1, node);
    if (depth > MOST_DEPTH)
      throw new RuleMistake(`more than ${MOST_DEPTH} expressions inside each other`, node.from);
    switch (node.name) {
      case "String":
        return stringValue(this.#source(node), node.from);
      case "Number":
        return this.#number(node);
      case "Boolean":
        return this.#source(node) === "True";
      case "None":
        return null;
      case "VariableName":
        return this.#variable(node);
      case "ParenthesizedExpression":
        return this.#value(children(node)[1] ?? node, depth + 1);
      case "ArrayExpression":
      case "TupleExpression":
        return children(node)
          .filter(({ name }) => !["[", "]", "(", ")", ","].includes(name))
          .map((item) => this.#value(item, depth + 1));
      case "DictionaryExpression":
        return this.#dictionary(node, depth);
      case "BinaryExpression":
        return this.#sum(node, depth);
      default:
        throw this.#refusal(node);
    }
  }

  #number(node: SyntaxNode): number {
    const source = this.#source(node);
    if (!/^\d{1,15}$/.test(source)) throw new RuleMistake(`${source} is not a whole number`, node.from);
    return Number(source);
  }

  #variable(node: SyntaxNode): Value {
    const name = this.#source(node);
    const value = this.#variables.get(name);
    if (value === undefined) throw new RuleMistake(`${name} has no value yet`, node.from);
    return value;
  }

  #dictionary(node: SyntaxNode, depth: number): Value {
    const parts = children(node).filter(({ name }) => !["{", "}", ",", ":"].includes(name));
    const found = new Map<string, Value>();
    for (let at = 0; at + 1 < parts.length; at += 2) {
      const key = this.#value(parts[at] as SyntaxNode, depth + 1);
      if (typeof key !== "string") throw new RuleMistake("the keys of a dict are strings", node.from);
      if (found.has(key)) throw new RuleMistake(`the key "${key}" is there twice`, node.from);
      found.set(key, this.#value(parts[at + 1] as SyntaxNode, depth + 1));
    }
    return found;
  }

  /** `+` of two strings or two lists; there is no other operator. */
  #sum(node: SyntaxNode, depth: number): Value {
    const [left, operator, right] = children(node);
    if (!left || !right || operator === undefined || this.#source(operator) !== "+")
      throw new RuleMistake(
        "the only operator is + between two strings or two lists",
        operator?.from ?? node.from,
      );
    const one = this.#value(left, depth + 1);
    const other = this.#value(right, depth + 1);
    const both = [one, other];
    if (typeof one === "string" && typeof other === "string") {
      this.#step(one.length + other.length, node);
      return one + other;
    }
    if (Array.isArray(one) && Array.isArray(other)) {
      this.#step(one.length + other.length, node);
      return [...one, ...other];
    }
    throw new RuleMistake(`${both.map(kindOf).join(" and ")} cannot be added`, node.from);
  }

  #step(count: number, node: SyntaxNode): void {
    this.#steps += count;
    if (this.#steps > MOST_STEPS)
      throw new RuleMistake(`the file does more than ${MOST_STEPS} things`, node.from);
  }

  #refusal(node: SyntaxNode): RuleMistake {
    const name = refused[node.name];
    return name === undefined
      ? new RuleMistake(`"${this.#source(node).slice(0, 40)}" is not part of the language`, node.from)
      : new RuleMistake(`${name} is not part of the language`, node.from);
  }

  #source(node: SyntaxNode): string {
    return this.#text.slice(node.from, node.to);
  }
}

/** The parts of a node without remarks. */
function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (child.name !== "Comment") found.push(child);
  return found;
}
