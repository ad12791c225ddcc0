/** What an expression in a file of rules can be. */
export type Value = string | number | boolean | null | readonly Value[] | ReadonlyMap<string, Value>;

/** A value as an error names it. */
export function kindOf(value: Value): string {
  if (value === null) return "None";
  if (typeof value === "string") return "a string";
  if (typeof value === "number") return "a number";
  if (typeof value === "boolean") return "a truth value";
  return Array.isArray(value) ? "a list" : "a dict";
}

/** An argument of a call, and where it stands. */
export interface Argument {
  readonly value: Value;
  readonly offset: number;
}

/** A call of a known function at the top of a file. */
export interface Call {
  readonly name: string;
  readonly offset: number;
  readonly positional: readonly Argument[];
  readonly named: ReadonlyMap<string, Argument>;
}
