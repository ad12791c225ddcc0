import { z } from "zod";
import { parseLine } from "../json-line.ts";

/** What the example project calls itself in its `package.json`. */
const Example = z.object({ name: z.literal("demo-basket") });

/** Whether the text of a `package.json` is that of the example project. */
export function isExamplePackage(text: string): boolean {
  return parseLine(Example, text) !== undefined;
}
