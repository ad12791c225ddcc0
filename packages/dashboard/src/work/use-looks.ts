import { useState } from "react";
import { z } from "zod";

const Looks = z.object({
  split: z.boolean(),
  words: z.boolean(),
  wrap: z.boolean(),
  foldContext: z.boolean(),
  ignoreWhitespace: z.boolean(),
});

/** How a person likes to look at changes. */
export type Looks = z.infer<typeof Looks>;

const unlessTold: Looks = {
  split: false,
  words: true,
  wrap: true,
  foldContext: false,
  ignoreWhitespace: false,
};
/** Where this browser keeps it. */
const KEY = "harness.changes";

function kept(): Looks {
  try {
    return Looks.parse(JSON.parse(localStorage.getItem(KEY) ?? ""));
  } catch {
    return unlessTold;
  }
}

/** How changes are looked at in this browser, and how to have it otherwise. */
export function useLooks(): readonly [Looks, (change: Partial<Looks>) => void] {
  const [looks, set] = useState(kept);
  const change = (some: Partial<Looks>) => {
    const next = { ...looks, ...some };
    localStorage.setItem(KEY, JSON.stringify(next));
    set(next);
  };
  return [looks, change];
}
