import type { ProjectRecord } from "../projects/index.ts";
import type { Workspaces } from "../workspaces/index.ts";

const FILES = ["AGENTS.md", "CLAUDE.md"];
const CAP_BYTES = 32 * 1024;

/** One file of the repository that tells agents its conventions. */
export interface Instruction {
  readonly file: string;
  readonly text: string;
}

/**
 * The repository's own instructions to agents, from the base and never from an agent's tree. Adapters switch off
 * everything a repository could configure, and with it these files.
 */
export async function readInstructions(
  { workspaces }: { readonly workspaces: Workspaces },
  { id, root }: ProjectRecord,
  baseSha: string,
): Promise<Instruction[]> {
  const found = FILES.map(async (file): Promise<Instruction[]> => {
    const reading = workspaces.readBaseFile(id, root, baseSha, file, CAP_BYTES);
    // A file that is too large, or a base the user's repository no longer has, is no reason to stop.
    const text = await reading.catch(() => undefined);
    return text === undefined ? [] : [{ file, text }];
  });
  return (await Promise.all(found)).flat();
}
