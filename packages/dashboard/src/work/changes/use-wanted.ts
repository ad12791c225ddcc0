import { isHarnessError } from "@harness/protocol";
import { useEffect, useState } from "react";
import type { ChangeSource, Place } from "../change-source.ts";
import { anchorKey } from "../comments/index.ts";
import type { Wish } from "./diff-list.tsx";
import { movesOf } from "./moves.ts";
import type { Diff } from "./use-diff.ts";

/** The row somebody wants to see, how to want another, and what there is to say of the one of the address. */
export interface Wanted {
  readonly wish: Wish | null;
  readonly want: (wish: Wish) => void;
  /** The line of the address is not there any more. */
  readonly gone: string | null;
}

/** The row somebody wants to see: of the address, or of a press; a wish may be repeated. */
export function useWanted(
  place: Place,
  head: string | null,
  source: ChangeSource,
  diff: Pick<Diff, "fold" | "widening">,
): Wanted {
  const [wish, setWish] = useState<Wish | null>(null);
  const [gone, setGone] = useState<string | null>(null);
  const want = (wished: Wish) => {
    diff.fold([wished.file], false);
    if (wished.line !== undefined) diff.widening.reveal(wished.file, wished.line);
    setWish(wished);
  };
  // Once: what is pressed later changes the address, and not the view.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const { file, line, at } = place;
    if (file === undefined) return;
    const number = Number(line);
    if (line === undefined || !Number.isInteger(number) || number === 0)
      return want({ row: `file ${file}`, file });
    if (number < 0) return want({ row: anchorKey({ file, side: "before", line: -number }), file });
    const show = (there: { readonly file: string; readonly line: number }) =>
      want({ row: anchorKey({ ...there, side: "after" }), ...there });
    if (at === undefined || at === head) return show({ file, line: number });
    const lost = (why: string) => {
      want({ row: `file ${file}`, file });
      setGone(`Line ${number} of ${file} at ${at.slice(0, 8)} ${why}.`);
    };
    let over = false;
    source.since(at).then(
      (change) => {
        if (over) return;
        const there = movesOf(change)({ file, line: number });
        if (there === null) lost("is another since");
        else show(there);
      },
      (error: unknown) => {
        if (over) return;
        lost(
          isHarnessError(error) ? `cannot be followed to here: ${error.message}` : "could not be looked for",
        );
      },
    );
    return () => {
      over = true;
    };
  }, []);
  return { wish, want, gone };
}
