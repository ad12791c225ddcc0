import type { Decision } from "../verdict.ts";
import { RuleMistake } from "./fault.ts";
import { type Argument, type Call, kindOf, type Value } from "./value.ts";

/** Texts one list may hold. */
const MOST_ITEMS = 1000;
/** Texts all rules of a file may hold together. */
const MOST_TEXTS = 1_000_000;
/** Longest text in a rule. */
const MOST_CHARACTERS = 4096;

/** Counts what a file's rules hold, over all its calls. */
export interface TextBudget {
  used: number;
}

/** The arguments of one call by the names of the function's parameters, read with the checks they share. */
export class Arguments {
  readonly call: Call;
  readonly #byName = new Map<string, Argument>();
  readonly #budget: TextBudget;

  constructor(call: Call, parameters: readonly string[], budget: TextBudget) {
    this.call = call;
    this.#budget = budget;
    for (const [at, argument] of call.positional.entries()) {
      const name = parameters[at];
      if (name === undefined)
        throw new RuleMistake(`${call.name} takes ${parameters.length} arguments at most`, argument.offset);
      this.#byName.set(name, argument);
    }
    for (const [name, argument] of call.named) {
      if (!parameters.includes(name))
        throw new RuleMistake(
          `${call.name} has no ${name}; it has ${parameters.join(", ")}`,
          argument.offset,
        );
      if (this.#byName.has(name)) throw new RuleMistake(`${name} is given twice`, argument.offset);
      this.#byName.set(name, argument);
    }
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Where an argument stands; the call itself when it is not there. */
  offset(name: string): number {
    return this.#byName.get(name)?.offset ?? this.call.offset;
  }

  required(name: string): Argument {
    const argument = this.#byName.get(name);
    if (argument === undefined) throw new RuleMistake(`${this.call.name} needs ${name}`, this.call.offset);
    return argument;
  }

  text(name: string): string {
    const { value, offset } = this.required(name);
    return this.oneText(value, name, offset);
  }

  /** A list of texts; a single text stands for a list of one where the function says so. */
  texts(name: string, single: "single" | "list" = "list"): string[] {
    const { value, offset } = this.required(name);
    if (single === "single" && typeof value === "string") return [this.oneText(value, name, offset)];
    return this.list(value, name, offset).map((item) => this.oneText(item, name, offset));
  }

  /** A list that holds something. */
  list(value: Value, name: string, offset: number): readonly Value[] {
    if (!Array.isArray(value)) throw new RuleMistake(`${name} is a list, not ${kindOf(value)}`, offset);
    if (value.length > MOST_ITEMS)
      throw new RuleMistake(`${name} holds more than ${MOST_ITEMS} things`, offset);
    return value;
  }

  oneText(value: Value, name: string, offset: number): string {
    if (typeof value !== "string")
      throw new RuleMistake(`${name} holds ${kindOf(value)}, not a string`, offset);
    if (value.length > MOST_CHARACTERS)
      throw new RuleMistake(`${name} holds a text longer than ${MOST_CHARACTERS} characters`, offset);
    this.#budget.used += 1;
    if (this.#budget.used > MOST_TEXTS)
      throw new RuleMistake(`the rules of this file hold more than ${MOST_TEXTS} texts`, offset);
    return value;
  }

  count(name: string): number | null {
    const argument = this.#byName.get(name);
    if (argument === undefined) return null;
    if (typeof argument.value !== "number")
      throw new RuleMistake(`${name} is a number, not ${kindOf(argument.value)}`, argument.offset);
    return argument.value;
  }

  decision(fallback?: Decision): Decision {
    if (fallback !== undefined && !this.has("decision")) return fallback;
    const text = this.text("decision");
    if (text === "allow" || text === "prompt" || text === "forbidden") return text;
    throw new RuleMistake(
      `decision is "allow", "prompt" or "forbidden", not "${text}"`,
      this.offset("decision"),
    );
  }

  justification(): string | null {
    if (!this.has("justification")) return null;
    const text = this.text("justification").trim();
    if (text === "") throw new RuleMistake("justification says nothing", this.offset("justification"));
    return text;
  }
}
