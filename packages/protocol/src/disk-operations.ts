import { z } from "zod";
import { operation } from "./operation.ts";
import { Timestamp } from "./words.ts";

/** The free space under the data directory, and whether work may begin. */
export const DiskState = z
  .object({
    free_bytes: z.number().int().nullable(),
    min_free_bytes: z.number().int(),
    reserve: z.enum(["held", "freed", "off"]).meta({ description: "The file kept for a full disk" }),
    full_since: Timestamp.nullable().meta({
      description: "Since when nothing can be stored and work is paused",
    }),
    shortage: z.string().nullable().meta({ description: "Why no new attempt starts, and what to do" }),
  })
  .meta({ id: "DiskState" });

/** Something on the disk that can be made again or is past its time. */
const Spare = z
  .object({
    kind: z.enum(["cache", "output", "recording"]),
    name: z.string(),
    bytes: z.number().int(),
    used_at: Timestamp.meta({ description: "When it was last used, or written" }),
  })
  .meta({ id: "Spare" });

const Bytes = z.number().int().nullable().meta({ description: "null when it is not known" });

/** What Harness takes of the disk. */
export const diskOperations = {
  "disk/get": operation({
    summary: "What Harness takes of the disk by part, what is free, and what would be deleted next",
    http: ["GET /disk"],
    scope: "read",
    mcp: false,
    cli: "disk",
    params: () => z.strictObject({}),
    result: () =>
      z.object({
        measured_at: Timestamp,
        disk: DiskState,
        parts: z.array(z.object({ part: z.string(), bytes: Bytes })),
        mirrors: z.array(z.object({ project_id: z.string(), project: z.string().nullable(), bytes: Bytes })),
        kept: z.object({
          bytes: z.number().int().meta({ description: "Caches, logs, outputs and recordings" }),
          max_bytes: z.number().int(),
          keep_days: z.number().int(),
        }),
        next: z.array(Spare).meta({ description: "What goes first when room is needed, at most 50" }),
      }),
    errors: [],
  }),
  "disk/clean": operation({
    summary:
      "Delete caches, old outputs and recordings beyond the bound and snapshots nobody needs; unpublished work stays",
    http: ["POST /disk/clean"],
    scope: "operate",
    mcp: false,
    cli: "disk clean",
    params: () =>
      z.strictObject({
        dry_run: z.boolean().optional().meta({ description: "Only say what would go" }),
      }),
    result: () =>
      z.object({
        dry_run: z.boolean(),
        freed_bytes: z
          .number()
          .int()
          .meta({ description: "What packing a mirror frees is known only afterwards" }),
        what: z.string(),
        spares: z.array(Spare),
        snapshots: z.number().int(),
        workspaces: z.number().int(),
        disk: DiskState,
      }),
    errors: [],
  }),
} as const;
