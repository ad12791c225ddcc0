import { z } from "zod";

/** How a value is written, checked and read from a text such as an environment variable. */
export interface ValueType<T> {
  /** Made when a value is judged: most settings keep their defaults. */
  readonly schema: z.ZodType<T>;
  /** What a person should have written, in words; used in errors and in the reference page. */
  readonly expected: string;
  /**
   * `path` values are made absolute; an `executable` only when it contains a slash. Of `workspace` paths only `~` is
   * known here: relative ones count from whichever workspace it is.
   */
  readonly kind: "plain" | "path" | "paths" | "workspace" | "executable";
  /** Turns the text of a flag or variable into a value the schema can judge; `undefined` means it cannot. */
  readonly fromText: ((text: string, delimiter: string) => unknown) | null;
}

const asText = (text: string): unknown => text;
const asNumber = (text: string): unknown =>
  /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined;

/** A whole number between two bounds, both included. */
export function integer(min: number, max: number, unit = ""): ValueType<number> {
  const expected = `a whole number${unit === "" ? "" : ` of ${unit}`} from ${min} to ${max}`;
  return {
    get schema() {
      return z.number().int().min(min).max(max);
    },
    expected,
    kind: "plain",
    fromText: asNumber,
  };
}

/** A positive number, such as an amount of money. */
export function amount(max: number): ValueType<number> {
  return {
    get schema() {
      return z.number().positive().max(max);
    },
    expected: `a number above 0 and at most ${max}`,
    kind: "plain",
    fromText: asNumber,
  };
}

/** A part of a whole. */
export const fraction: ValueType<number> = {
  get schema() {
    return z.number().gt(0).max(1);
  },
  expected: "a number above 0 and at most 1",
  kind: "plain",
  fromText: asNumber,
};

/** true or false, and no other spelling. */
export const bool: ValueType<boolean> = {
  schema: z.boolean(),
  expected: "true or false",
  kind: "plain",
  fromText: (text) => (text === "true" ? true : text === "false" ? false : undefined),
};

/** One of a few words. */
export function choice<const T extends readonly [string, ...string[]]>(words: T): ValueType<T[number]> {
  return {
    get schema() {
      return z.enum(words);
    },
    expected: words.map((word) => `"${word}"`).join(" or "),
    kind: "plain",
    fromText: asText,
  };
}

/** One line without control characters. */
export const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\u0000-\u001f\u007f]*$/);

/** One line of text without control characters. */
export function text(expected = "a text of one line", max = 1000): ValueType<string> {
  return { schema: line(max), expected, kind: "plain", fromText: asText };
}

/** Text of a given form. */
export function pattern(regex: RegExp, expected: string): ValueType<string> {
  return { schema: line(4096).regex(regex), expected, kind: "plain", fromText: asText };
}

/** A web address with http or https and without a login in it. */
export const httpUrl: ValueType<string> = {
  schema: line(2000).refine((value) => {
    if (!URL.canParse(value)) return false;
    const url = new URL(value);
    return /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  }),
  expected: "an http:// or https:// address without a login in it",
  kind: "plain",
  fromText: asText,
};

/** A file or directory. Relative ones count from the configuration file, or from the working directory of a flag or variable. */
export const path: ValueType<string> = {
  schema: line(4096),
  expected: "a path",
  kind: "path",
  fromText: asText,
};

/** Several directories; in a variable they are separated as in PATH. */
export const paths: ValueType<string[]> = {
  schema: z.array(line(4096)).max(100),
  expected: "a list of paths",
  kind: "paths",
  fromText: (value, delimiter) => value.split(delimiter).filter((part) => part !== ""),
};

/** A program: a name found on PATH, or a path. */
export const executable: ValueType<string> = {
  schema: line(4096),
  expected: "the name of a program or a path",
  kind: "executable",
  fromText: asText,
};

/** A value only a configuration file can hold: a table or a list of tables. */
export function structure<T>(schema: z.ZodType<T>, expected: string): ValueType<T> {
  return { schema, expected, kind: "plain", fromText: null };
}
