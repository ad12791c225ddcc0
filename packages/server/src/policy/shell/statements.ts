import type { Node } from "web-tree-sitter";
import type { ShellWord } from "../verdict.ts";
import { walkArithmetic } from "./arithmetic.ts";
import { changesPrograms } from "./assignments.ts";
import { type Around, literalWord, nothingAround, type WrittenCommand } from "./command.ts";
import { readDeclaration, readUnset } from "./declarations.ts";
import { readRedirects } from "./redirects.ts";
import { commandOf, readAssignment, readCommand } from "./simple-command.ts";
import { checkPattern, walkTest } from "./tests.ts";
import { source, statementsOf, unknownNode, wordsOf } from "./tree.ts";
import { readWord, type Surroundings } from "./words.ts";

/** Takes what the walk over a text finds. */
export interface Findings {
  command(command: WrittenCommand): void;
  unknown(text: string): void;
}

/** Walks the statements of one text, in order, and hands over every command any of them may run. */
export class Statements implements Surroundings {
  readonly script: string;
  private readonly findings: Findings;

  constructor(script: string, findings: Findings) {
    this.script = script;
    this.findings = findings;
  }

  /** Reads all statements of a program or a substitution. */
  statements(node: Node): void {
    for (const child of statementsOf(node, this.script)) {
      if (child.type === "file_redirect") this.nothing(node, readRedirects([child], this));
      else if (child.isNamed) this.walk(child, nothingAround);
    }
  }

  word(node: Node): ShellWord {
    return readWord(node, this);
  }

  unknown(node: Node): void {
    this.findings.unknown(source(node, this.script));
  }

  private walk(node: Node, around: Around): void {
    switch (node.type) {
      case "command":
        this.findings.command(readCommand(node, around, this));
        break;
      case "redirected_statement":
        this.redirected(node, around);
        break;
      case "pipeline":
      case "list":
        this.chain(node, around);
        break;
      case "variable_assignment":
      case "variable_assignments":
        this.assignments(node, around);
        break;
      case "declaration_command":
        this.declared(node, around);
        break;
      case "unset_command":
        readUnset(node, this);
        this.nothing(node, around);
        break;
      case "test_command":
        walkTest(node, this);
        this.nothing(node, around);
        break;
      case "function_definition":
        this.definition(node, around);
        break;
      default:
        this.compound(node, around);
        break;
    }
  }

  private compound(node: Node, around: Around): void {
    if (around.words.length > 0) unknownNode(node);
    switch (node.type) {
      case "compound_statement":
        if (node.children[0]?.type === "((") {
          walkArithmetic(node, this);
          this.nothing(node, around);
        } else this.all(node, around);
        break;
      case "subshell":
      case "if_statement":
      case "elif_clause":
      case "else_clause":
      case "while_statement":
      case "do_group":
      case "negated_command":
        this.all(node, around);
        break;
      case "for_statement":
      case "c_style_for_statement":
      case "case_statement":
      case "case_item":
        this.valued(node, around);
        break;
      default:
        unknownNode(node);
    }
  }

  private all(node: Node, around: Around): void {
    for (const child of statementsOf(node, this.script)) if (child.isNamed) this.walk(child, around);
  }

  /** `a | b`, `a && b`: a redirect behind it is the last one's; what follows a pipe reads from it. */
  private chain(node: Node, around: Around): void {
    const statements = statementsOf(node, this.script).filter((child) => child.isNamed);
    const piped = node.type === "pipeline";
    for (const [index, statement] of statements.entries()) {
      const last = index === statements.length - 1;
      const own = last ? around : { ...nothingAround, input: index === 0 ? around.input : undefined };
      const fromPipe = piped && index > 0 && own.input?.known !== true;
      this.walk(statement, fromPipe ? { ...own, input: { known: false } } : own);
    }
  }

  private redirected(node: Node, around: Around): void {
    const children = wordsOf(node, this.script);
    const redirects = children.filter((child) => child.type.endsWith("_redirect"));
    const [body, more] = children.filter((child) => !child.type.endsWith("_redirect"));
    if (more) unknownNode(node);
    const own = readRedirects(redirects, this);
    // Of two inputs the last one counts, which is this one only if the other is a pipe or a group's.
    const all: Around = {
      redirects: [...own.redirects, ...around.redirects],
      input: own.input ?? around.input,
      words: [...own.words, ...around.words],
    };
    const heredocs = redirects.filter((redirect) => redirect.type === "heredoc_redirect");
    const outer = heredocs.reduce((before, heredoc) => this.behindHeredoc(heredoc, before), all);
    if (body) this.walk(body, outer);
    else this.bodiless(node, outer);
  }

  /** What stands on the line of a here-document behind its delimiter: more words, redirects, or more commands. */
  private behindHeredoc(node: Node, before: Around): Around {
    let around = before;
    const skipped = /^(?:<<-?|heredoc_start|heredoc_body|heredoc_end|file_descriptor|\n|&&|\|\|)$/;
    for (const child of node.children) {
      if (skipped.test(child.type)) continue;
      if (child.type === "pipeline" && child.children[0]?.type.startsWith("|")) {
        for (const piped of statementsOf(child, this.script))
          if (piped.isNamed) this.walk(piped, { ...nothingAround, input: { known: false } });
      } else if (child.type.endsWith("_redirect")) {
        const own = readRedirects([child], this);
        around = {
          redirects: [...around.redirects, ...own.redirects],
          input: own.input ?? around.input,
          words: [...around.words, ...own.words],
        };
      } else if (node.fieldNameForChild(node.children.indexOf(child)) === "argument") {
        around = { ...around, words: [...around.words, this.word(child)] };
      } else {
        this.walk(child, nothingAround);
      }
    }
    return around;
  }

  private assignments(node: Node, around: Around): void {
    const nodes = node.type === "variable_assignment" ? [node] : wordsOf(node, this.script);
    for (const one of nodes) {
      const { name } = readAssignment(one, this);
      if (changesPrograms(name)) this.unknown(one);
    }
    this.nothing(node, around);
  }

  private declared(node: Node, around: Around): void {
    const command = readDeclaration(node, around, this);
    if (command) this.findings.command(command);
    else this.nothing(node, around);
  }

  /** `for x in a; do …`, `case x in …`: words, patterns and statements in turn. */
  private valued(node: Node, around: Around): void {
    if (node.type === "c_style_for_statement") this.unknown(node);
    for (const child of statementsOf(node, this.script)) {
      if (!child.isNamed) continue;
      if (child.type === "case_item" || child.type === "do_group" || child.type === "compound_statement")
        this.walk(child, around);
      else if (child.type === "variable_name") this.loopVariable(child);
      else if (child.type === "extglob_pattern") checkPattern(child, this.script);
      else if (node.type === "c_style_for_statement") continue;
      else if (this.isValue(node, child)) this.word(child);
      else this.walk(child, around);
    }
  }

  private isValue(node: Node, child: Node): boolean {
    return node.fieldNameForChild(node.children.findIndex((other) => other.equals(child))) === "value";
  }

  private loopVariable(node: Node): void {
    if (changesPrograms(source(node, this.script))) this.unknown(node);
  }

  private definition(node: Node, around: Around): void {
    const children = statementsOf(node, this.script);
    const redirects = children.filter((child) => child.type.endsWith("_redirect"));
    const own = readRedirects(redirects, this);
    if (own.words.length > 0 || around.words.length > 0) unknownNode(node);
    const body = children.filter((child) => child.isNamed && child.type !== "word");
    const inside = { ...own, redirects: [...own.redirects, ...around.redirects] };
    for (const child of body) if (!child.type.endsWith("_redirect")) this.walk(child, inside);
  }

  /** Redirects alone, or with the command behind them: `>file word`. */
  private bodiless(node: Node, around: Around): void {
    if (around.words.length === 0) this.nothing(node, around);
    else this.findings.command(commandOf(around, source(node, this.script), node.startIndex));
  }

  /** A statement that runs no program: only what it redirects counts, as the shell's own `:` would. */
  private nothing(node: Node, around: Around): void {
    if (around.words.length > 0) unknownNode(node);
    if (around.redirects.length === 0) return;
    const text = source(node, this.script);
    this.findings.command({ ...around, words: [literalWord(":")], assignments: [], text });
  }
}
