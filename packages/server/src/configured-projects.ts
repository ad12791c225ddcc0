import { realpathSync } from "node:fs";
import type { AppOptions, Ground } from "./ground.ts";
import type { Caller, Invoker } from "./operations/index.ts";

/** Directories projects may lie in: configured, else the home directory and where the server was started. */
export function allowedRoots(configured: readonly string[] | null, options: AppOptions): string[] {
  return (configured ?? [options.home, options.cwd]).flatMap((root) => {
    try {
      return [realpathSync(root)];
    } catch {
      return [];
    }
  });
}

/** Registers `[[projects]]`, `--project` and `project_root`. One that cannot be registered is said, not fatal. */
export async function registerConfigured(
  invoker: Invoker,
  config: Ground["loaded"]["config"],
  { stderr, caller }: { readonly stderr: (line: string) => void; readonly caller: Caller },
): Promise<void> {
  const entries = config.projects.map(({ name, review, ...entry }) => ({
    id: name,
    ...entry,
    ...(review ? { review } : {}),
  }));
  const root = config.server.project_root;
  const all =
    root !== null && !entries.some((entry) => entry.root === root) ? [...entries, { root }] : entries;
  for (const entry of all) {
    await invoker
      .invoke("project/create", entry, caller)
      .catch((error: unknown) =>
        stderr(
          `warn: project ${entry.root} is not registered: ${error instanceof Error ? error.message : String(error)}`,
        ),
      );
  }
}
