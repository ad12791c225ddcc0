import path from "node:path";
import type { AgentTurn } from "../../port.ts";
import type { CodexOrigin } from "../codex-turn.ts";

/** The file in a conversation's home that holds the schema of the answer. */
export const SCHEMA_FILE = "answer-schema.json";

/** The arguments of one turn of `codex exec`; `-` makes Codex read the prompt from standard input. */
export function execArguments(
  turn: Pick<AgentTurn, "output_schema">,
  origin: CodexOrigin,
  use: { readonly model: string | undefined; readonly home: string },
): string[] {
  const args = ["exec"];
  if (origin.kind !== "new") args.push(origin.kind);
  args.push("--json", "--skip-git-repo-check", "-c", 'sandbox_mode="danger-full-access"');
  args.push("-c", 'approval_policy="never"');
  if (use.model !== undefined) args.push(`--model=${use.model}`);
  if (turn.output_schema !== undefined) args.push("--output-schema", path.join(use.home, SCHEMA_FILE));
  if (origin.kind !== "new") args.push(origin.session_id);
  args.push("-");
  return args;
}
