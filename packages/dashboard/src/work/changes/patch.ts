import type { Change } from "@harness/protocol";

/** One line of a change. */
export interface PatchLine {
  readonly kind: "context" | "added" | "removed";
  /** Its number before and after; null where it does not exist. */
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
  /** The line it took the place of, or that took its place; words are compared with it. */
  readonly partner: string | null;
  /** The file ends in it, without a line break. */
  readonly unended: boolean;
}

/** Lines that stand together, with a few unchanged ones around them. */
export interface Hunk {
  /** Which of its file it is, counted from 0. */
  readonly index: number;
  /** What git says of where it is, such as the function around it. */
  readonly about: string;
  readonly after: number;
  /** Unchanged lines between it and the hunk before that are not in the patch. */
  readonly gap: number;
  readonly lines: readonly PatchLine[];
}

/** One file of a change, with what the patch says of it. */
export interface FileChange {
  readonly path: string;
  /** Where a renamed or copied file came from, as git writes it. */
  readonly from: string | null;
  readonly status: string;
  readonly insertions: number;
  readonly deletions: number;
  readonly binary: boolean;
  /** The permission bits before and after, when they changed. */
  readonly modes: { readonly before: string; readonly after: string } | null;
  readonly hunks: readonly Hunk[];
  /** The number of the gap after the last hunk of the patch. */
  readonly tail: number;
  /** Unchanged lines in it; null while nobody knows. */
  readonly rest: number | null;
  /** `cut`: the patch ends in it. `missing`: the patch ends before it. */
  readonly shown: "whole" | "cut" | "missing";
}

type File = Change["files"][number];

/**
 * The files of a change with their hunks. The list of files is always whole and says the names; a patch may end in the
 * middle, and secrets taken out of it may make the counts of its headers untrue, so hunks are read by what their lines
 * begin with. Of the content no line can begin a file or a hunk: each begins with a sign of its own.
 */
export function readPatch({ files, patch, cut }: Pick<Change, "files" | "patch" | "cut">): FileChange[] {
  const sections = sectionsOf(patch);
  let next = 0;
  return files.map((file) => {
    const own: string[][] = [];
    // A file that became something else, such as a link, is taken away and added: two sections.
    const most = file.status === "type_changed" ? 2 : 1;
    while (own.length < most && next < sections.length && names(sections[next]!, file.path)) {
      own.push(sections[next]!);
      next += 1;
    }
    const isLast = own.length > 0 && next === sections.length;
    const shown = own.length === 0 && cut ? "missing" : isLast && cut ? "cut" : "whole";
    const read = fileOf(file, own);
    return { ...read, shown, tail: read.hunks.length, rest: shown === "whole" ? restOf(read) : 0 };
  });
}

function sectionsOf(patch: string): string[][] {
  const sections: string[][] = [];
  for (const line of patch.split("\n")) {
    if (line.startsWith("diff --git ")) sections.push([line]);
    else sections.at(-1)?.push(line);
  }
  return sections;
}

/** Whether a section is about a path; git quotes a name with signs, and the order of both lists is the same. */
function names([header = ""]: readonly string[], path: string): boolean {
  return header.endsWith('"') ? /[^ !#-[\]-~]/.test(path) : header.endsWith(` b/${path}`);
}

function fileOf(
  file: File,
  sections: readonly (readonly string[])[],
): Omit<FileChange, "shown" | "tail" | "rest"> {
  const heads = sections.flatMap((lines) => {
    const end = lines.findIndex((line) => line.startsWith("@@"));
    return lines.slice(1, end === -1 ? undefined : end);
  });
  const after = (word: string) => heads.find((line) => line.startsWith(word))?.slice(word.length) ?? null;
  const before = after("old mode ") ?? after("deleted file mode ");
  const now = after("new mode ") ?? after("new file mode ");
  return {
    path: file.path,
    status: file.status,
    insertions: file.insertions,
    deletions: file.deletions,
    from: after("rename from ") ?? after("copy from "),
    binary: heads.some((line) => line.startsWith("Binary files ")),
    modes: before !== null && now !== null ? { before, after: now } : null,
    hunks: sections.flatMap(hunksOf),
  };
}

/** Lines git shows around what changed. */
const AROUND = 3;

/** Nothing follows where fewer lines than git would show do, or where the whole file came or went. */
function restOf({ status, hunks }: Pick<FileChange, "status" | "hunks">): 0 | null {
  const last = hunks.at(-1)?.lines ?? [];
  const around = last.length - 1 - last.findLastIndex(({ kind }) => kind !== "context");
  const partOf = ["modified", "renamed", "copied"].includes(status);
  return partOf && around >= AROUND && last.at(-1)?.unended === false ? null : 0;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(,0)?(?:,\d+)? @@ ?(.*)$/s;

function hunksOf(lines: readonly string[]): Hunk[] {
  const hunks: { about: string; after: number; gap: number; lines: Draft[] }[] = [];
  let before = 0;
  let after = 0;
  for (const line of lines) {
    const head = HUNK.exec(line);
    if (head) {
      // A stretch without lines is named by the line before it.
      const start = Number(head[2]) + (head[3] === undefined ? 0 : 1);
      const gap = Math.max(0, start - Math.max(1, after));
      [before, after] = [Number(head[1]), start];
      hunks.push({ about: head[4] ?? "", after, gap, lines: [] });
      continue;
    }
    const into = hunks.at(-1)?.lines;
    if (into === undefined || line === "") continue;
    const text = line.slice(1);
    if (line[0] === "+") into.push(draft("added", null, after++, text));
    else if (line[0] === "-") into.push(draft("removed", before++, null, text));
    else if (line[0] === " ") into.push(draft("context", before++, after++, text));
    else if (line[0] === "\\" && into.length > 0) into.at(-1)!.unended = true;
  }
  return hunks.map((hunk, index) => ({ ...hunk, index, lines: paired(hunk.lines) }));
}

type Draft = { -readonly [key in keyof PatchLine]: PatchLine[key] };

function draft(kind: Draft["kind"], before: number | null, after: number | null, text: string): Draft {
  return { kind, before, after, text, partner: null, unended: false };
}

/** Gives each line that was taken away the one that came in its place, in order. */
function paired(lines: readonly Draft[]): readonly PatchLine[] {
  let at = 0;
  while (at < lines.length) {
    const removed = run(lines, at, "removed");
    const added = run(lines, at + removed, "added");
    for (let k = 0; k < Math.min(removed, added); k += 1) {
      const [old, fresh] = [lines[at + k]!, lines[at + removed + k]!];
      [old.partner, fresh.partner] = [fresh.text, old.text];
    }
    at += Math.max(1, removed + added);
  }
  return lines;
}

function run(lines: readonly Draft[], from: number, kind: Draft["kind"]): number {
  let end = from;
  while (lines[end]?.kind === kind) end += 1;
  return end - from;
}
