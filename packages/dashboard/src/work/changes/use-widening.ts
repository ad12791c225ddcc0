import { isHarnessError } from "@harness/protocol";
import { useMemo, useState } from "react";
import type { ChangeSource } from "../change-source.ts";
import type { FileChange } from "./patch.ts";
import { closed, gapOf, linesOfText, type Opening, STEP, wide, widened } from "./widen.ts";

/** What somebody wants to see of the unchanged lines around a hunk, or of all of a file. */
export type More = "up" | "down" | "all";

/** Showing more of files than a patch does. */
export interface Widening {
  /** The files, each with what was asked for. */
  readonly files: readonly FileChange[];
  /** Shows more of one gap of a file, or of every one. */
  readonly widen: (path: string, gap: number | "every", more: More) => void;
  /** Shows a line of a file as it is now, if it is none of those the patch shows. */
  readonly reveal: (path: string, line: number) => void;
  /** Why no more of a file can be shown. */
  readonly refused: ReadonlyMap<string, string>;
}

interface Asked {
  readonly head: string | null;
  readonly openings: ReadonlyMap<string, ReadonlyMap<number, Opening>>;
  readonly contents: ReadonlyMap<string, readonly string[] | string>;
}

/** More of the files of a change; asked anew when the work went on. */
export function useWidening(
  files: readonly FileChange[],
  head: string | null,
  source: ChangeSource,
): Widening {
  const nothing: Asked = useMemo(() => ({ head, openings: new Map(), contents: new Map() }), [head]);
  const [state, setState] = useState(nothing);
  const asked = state.head === head ? state : nothing;
  const change = (next: (before: Asked) => Partial<Asked>) =>
    setState((before) => {
      const now = before.head === head ? before : nothing;
      return { ...now, ...next(now) };
    });
  const { shown, refused } = useMemo(() => shownOf(files, asked), [files, asked]);
  const read = async (path: string) => {
    if (head === null || typeof asked.contents.get(path) === "object") return;
    const content = await readContent(source, path, head);
    change(({ contents }) => ({ contents: new Map([...contents, [path, content]]) }));
  };
  const widen: Widening["widen"] = (path, gap, more) => {
    const file = files.find((one) => one.path === path);
    if (file === undefined) return;
    const gaps = gap === "every" ? Array.from({ length: file.tail + 1 }, (_, n) => n) : [gap];
    change(({ openings }) => {
      const of = new Map(openings.get(path));
      for (const one of gaps) of.set(one, opened(of.get(one), more));
      return { openings: new Map([...openings, [path, of]]) };
    });
    void read(path);
  };
  const reveal: Widening["reveal"] = (path, line) => {
    const file = files.find((one) => one.path === path);
    const gap = file === undefined ? null : gapOf(file, line);
    if (gap !== null && asked.openings.get(path)?.get(gap) !== wide) widen(path, gap, "all");
  };
  return { files: shown, refused, widen, reveal };
}

function opened({ top, bottom }: Opening = closed, more: More): Opening {
  if (more === "all") return wide;
  return more === "up" ? { top, bottom: bottom + STEP } : { top: top + STEP, bottom };
}

/** The lines of a file, or why there are none. */
async function readContent(
  source: ChangeSource,
  path: string,
  head: string,
): Promise<readonly string[] | string> {
  try {
    const { text, cut, numbered } = await source.file(path, head);
    if (text === null) return "It is no text.";
    return numbered ? linesOfText(text, cut) : "Secrets of several lines were taken out of it.";
  } catch (error) {
    return isHarnessError(error) ? error.message : "The server cannot be reached. Press again.";
  }
}

function shownOf(files: readonly FileChange[], { openings, contents }: Asked) {
  const refused = new Map<string, string>();
  const shown = files.map((file) => {
    const content = contents.get(file.path);
    const of = openings.get(file.path);
    if (of === undefined || content === undefined) return file;
    const wider = typeof content === "string" ? null : widened(file, content, of);
    if (wider === null) {
      const why = typeof content === "string" ? content : "It does not fit what is shown here.";
      refused.set(file.path, why);
    }
    return wider ?? file;
  });
  return { shown, refused };
}
