import type { z } from "zod";

/** Parses one line of a JSON stream. Undefined for a line that is not JSON or not of this shape: noise, to be counted. */
export function parseLine<T>(schema: z.ZodType<T>, line: string): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** Cuts a text to a bounded size, in the middle, and says how much is missing. */
export function bounded(text: string, max = 64 * 1024): string {
  if (text.length <= max) return text;
  const half = Math.floor(max / 2);
  return `${text.slice(0, half)}\n… ${text.length - 2 * half} characters left out …\n${text.slice(-half)}`;
}
