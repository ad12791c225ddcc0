import type { ProblemKind } from "@harness/protocol";
import type { Tone } from "../../ui/index.ts";

/** What a kind of problem is called, and whether a person must answer or something is broken. */
export const kindWords: Readonly<Record<ProblemKind, { readonly title: string; readonly tone: Tone }>> = {
  waiting_for_you: { title: "Waits for you", tone: "answer" },
  storage_full: { title: "The disk is full", tone: "broken" },
  over_budget: { title: "Over budget", tone: "broken" },
  looping: { title: "Goes in circles", tone: "broken" },
  no_progress: { title: "Makes no progress", tone: "broken" },
  stalled: { title: "Stands still", tone: "broken" },
  parked: { title: "Waits for a time", tone: "plain" },
};
