import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  [
    "thread.prove",
    "A checkpoint of a conversation becomes a task that begins with it as finished work: validated, reviewed by another than its authors, published as VERIFIED.",
  ],
  [
    "thread.prove.back",
    "Red checks and requested changes send that work to the conversation's agent, from that commit.",
  ],
  [
    "thread.prove.kept",
    "The work to be proven stays when its conversation is deleted meanwhile, and each names the other.",
  ],
];

/** What a conversation whose work is to be proven promises. */
export const proveRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 6",
  promise,
  state: "done",
}));
