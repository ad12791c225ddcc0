import { neutralLine } from "./neutral.ts";
import type { Screen } from "./screen.ts";
import { wrapped } from "./wrap.ts";

/**
 * What is to be known of one thing, for a terminal of any width: a line with its name, text broken below it, and
 * commands, which stay on one line each so that they can be pasted.
 */
export function told(out: Screen, head: string, text: string, commands: readonly string[] = []): void {
  out.line(head);
  for (const line of wrapped(neutralLine(text), out.width - 4)) out.line(`    ${line}`);
  for (const command of commands) out.line(`    ${out.paint("bold", neutralLine(command))}`);
}
