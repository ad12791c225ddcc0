import type { Spare } from "../disk/index.ts";
import { describeCleaning } from "../disk/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";

const NEXT = 50;

/** What Harness takes of the disk, and taking less. */
export function diskHandlers(deps: OperationsDeps): Pick<Handlers, "disk/get" | "disk/clean"> {
  return {
    "disk/get": async () => {
      const [use, names] = await Promise.all([deps.disk.use(), projectNames(deps)]);
      return {
        measured_at: iso(use.measuredAt),
        disk: diskState(deps),
        parts: [...use.parts],
        mirrors: use.mirrors.map(({ projectId, bytes }) => ({
          project_id: projectId,
          project: names.get(projectId) ?? null,
          bytes,
        })),
        kept: { bytes: use.keptBytes, max_bytes: use.maxBytes, keep_days: use.keepDays },
        next: use.next.slice(0, NEXT).map(shown),
      };
    },
    "disk/clean": async ({ dry_run = false }) => {
      const done = dry_run ? await deps.disk.preview() : await deps.disk.clean();
      // A person who cleans wants to know at once whether work can go on.
      if (!dry_run) await deps.space.look(true);
      return {
        dry_run,
        freed_bytes: done.freedBytes,
        what: describeCleaning(done),
        spares: done.spares.map(shown),
        snapshots: done.snapshots,
        workspaces: done.workspaces,
        disk: diskState(deps),
      };
    },
  };
}

/** The free space and whether work may begin. */
export function diskState({ space }: Pick<OperationsDeps, "space">) {
  return {
    free_bytes: space.freeBytes,
    min_free_bytes: space.minFreeBytes,
    reserve: space.reserve,
    full_since: space.fullSince === undefined ? null : iso(space.fullSince),
    shortage: space.shortage ?? null,
  };
}

function shown({ kind, name, bytes, usedAt }: Spare) {
  return { kind, name, bytes, used_at: iso(usedAt) };
}

async function projectNames({ storage }: Pick<OperationsDeps, "storage">): Promise<Map<string, string>> {
  const rows = await storage.reader.selectFrom("projects").select(["id", "name"]).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
