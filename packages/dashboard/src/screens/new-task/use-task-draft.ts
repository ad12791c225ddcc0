import { useState } from "react";
import { type Draft, readDraft } from "./draft.ts";

/** Where this window keeps it: a reload and a refusal lose nothing, another window has its own. */
const PLACE = "harness.draft.new-task";

/** A draft and how it is changed. */
export interface DraftHand {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
}

/** The draft of this window; what the address says goes into fields that are still empty. */
export function useTaskDraft(asked: {
  readonly project?: string;
  readonly prompt?: string;
  readonly depends_on?: string;
}): DraftHand {
  const [draft, setDraft] = useState(() => {
    const kept = readDraft(sessionStorage.getItem(PLACE));
    const after = asked.depends_on?.split(",").filter(Boolean) ?? [];
    return {
      ...kept,
      project: asked.project ?? kept.project,
      prompt: kept.prompt === "" ? (asked.prompt ?? "") : kept.prompt,
      depends_on: [...new Set([...kept.depends_on, ...after])],
    };
  });
  return {
    draft,
    change: (part) =>
      setDraft((before) => {
        const next = { ...before, ...part };
        sessionStorage.setItem(PLACE, JSON.stringify(next));
        return next;
      }),
  };
}
