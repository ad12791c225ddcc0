import type { Bench } from "./attempt.ts";
import type { Run } from "./run.ts";

const FILES = ["AGENTS.md", "CLAUDE.md"];
const CAP_BYTES = 32 * 1024;

/**
 * The repository's own instructions to agents, from the base and never from an agent's tree. Adapters switch off
 * everything a repository could configure, and with it these files; the api adapter reads them by itself.
 */
export async function instructions(run: Run, bench: Bench): Promise<{ file: string; text: string }[]> {
  if (bench.implementer.kind === "api") return [];
  const { root, id } = run.project;
  const found = [];
  for (const file of FILES) {
    const reading = run.deps.workspaces.readBaseFile(id, root, bench.baseSha, file, CAP_BYTES);
    // A file that is too large, or a base the user's repository no longer has, is no reason to stop.
    const text = await reading.catch(() => undefined);
    if (text !== undefined) found.push({ file, text });
  }
  return found;
}
