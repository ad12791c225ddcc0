import type { PolicyDecision } from "@harness/protocol";
import type { ReactNode } from "react";
import { Badge, Dot, type Tone } from "../../../ui/index.ts";

const tones: Readonly<Record<PolicyDecision, Tone>> = {
  allow: "working",
  prompt: "plain",
  forbidden: "review",
};
const words: Readonly<Record<PolicyDecision, string>> = {
  allow: "allowed",
  prompt: "a person is asked",
  forbidden: "forbidden",
};

/** What the policy answers, in a word. */
export function DecisionBadge({ decision }: { readonly decision: PolicyDecision }): ReactNode {
  return (
    <Badge tone={tones[decision]}>
      <Dot tone={decision === "allow" ? "done" : tones[decision]} /> {words[decision]}
    </Badge>
  );
}

/** Where a rule comes from. */
export const layerWords = {
  operator: "operator",
  project: "project",
  default: "default",
} as const;
