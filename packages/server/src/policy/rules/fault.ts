import type { RuleFault } from "./rule.ts";

/** A mistake in a file of rules, at a position of its text. */
export class RuleMistake extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = "RuleMistake";
    this.offset = offset;
  }
}

/** A mistake in a file of another format, with its line. */
export class FormatMistake extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column = 1) {
    super(message);
    this.name = "FormatMistake";
    this.line = line;
    this.column = column;
  }
}

/** Line and column of a position, both from 1. */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - start + 1 };
}

/** Answers the line of positions that are asked for in rising order, without counting from the start each time. */
export function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (; at < offset; at += 1) if (text.charCodeAt(at) === 10) line += 1;
    return line;
  };
}

/** Whatever went wrong with a file, as what a person is shown. */
export function faultOf(error: unknown, file: string, text: string): RuleFault {
  if (error instanceof RuleMistake)
    return { file, ...positionOf(text, error.offset), message: error.message };
  if (error instanceof FormatMistake)
    return { file, line: error.line, column: error.column, message: error.message };
  const deep = error instanceof RangeError;
  const message = deep ? "it is nested too deeply" : error instanceof Error ? error.message : String(error);
  return { file, line: 1, column: 1, message };
}
