import type { Result } from "@harness/protocol";
import { type CommandDefinition, operationCommand } from "../command.ts";
import type { Screen } from "../terminal/screen.ts";
import { ago, byteCount } from "../terminal/words.ts";

type DiskState = Result<"disk/get">["disk"];
type Spare = Result<"disk/get">["next"][number];

const disk = operationCommand("disk/get", {
  show(result, { out, surroundings }) {
    out.facts([
      ["free", ...freeText(result.disk)],
      ["reserve", reserveText(result.disk)],
      [
        "kept",
        `${byteCount(result.kept.bytes)} of ${byteCount(result.kept.max_bytes)} (caches, logs, outputs)`,
      ],
    ]);
    out.line();
    out.table(result.parts, [
      { head: "part", cell: ({ part }) => part },
      { head: "size", cell: ({ bytes }) => byteCount(bytes) },
    ]);
    if (result.mirrors.length > 1) {
      out.line();
      out.table(result.mirrors, [
        { head: "mirror of", cell: ({ project, project_id }) => project ?? `${project_id} (removed)` },
        { head: "size", cell: ({ bytes }) => byteCount(bytes) },
      ]);
    }
    showSpares(result.next, "would go first", out, surroundings.clock.now());
    return undefined;
  },
});

const clean = operationCommand("disk/clean", {
  notes: "Work that is not published, and the newest work of every task, always stays.",
  show(result, { out, surroundings }) {
    const verb = result.dry_run ? "Would delete" : "Deleted";
    out.line(`${verb} ${result.what}: ${byteCount(result.freed_bytes)}.`);
    showSpares(result.spares, result.dry_run ? "would go" : "went", out, surroundings.clock.now());
    out.facts([["free", ...freeText(result.disk)]]);
    return undefined;
  },
});

function showSpares(spares: readonly Spare[], head: string, out: Screen, now: number): void {
  if (spares.length === 0) return;
  out.line();
  out.table(spares, [
    { head, cell: ({ kind, name }) => `${kind} ${name}`, elastic: true },
    { head: "size", cell: ({ bytes }) => byteCount(bytes) },
    { head: "used", cell: ({ used_at }) => ago(used_at, now) },
  ]);
}

/** Free space, in red with the reason when no work can begin. */
export function freeText({ free_bytes, shortage }: DiskState): [text: string, tone: "red" | undefined] {
  return shortage === null
    ? [byteCount(free_bytes), undefined]
    : [`${byteCount(free_bytes)}: ${shortage}`, "red"];
}

/** Whether the room kept for a full disk is there. */
export function reserveText({ reserve, full_since }: DiskState): string {
  if (reserve === "off") return "none kept";
  if (reserve === "held") return "held";
  return full_since === null ? "not made yet" : "given back: the disk is full";
}

/** The commands about the disk. */
export const diskCommands: readonly CommandDefinition[] = [disk, clean];
