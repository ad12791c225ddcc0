import type { Decision, RuleLayer, RuleMatch } from "../verdict.ts";

const severity: Readonly<Record<Decision, number>> = { allow: 0, prompt: 1, forbidden: 2 };
const height: Readonly<Record<RuleLayer, number>> = { default: 0, project: 1, operator: 2 };

/** The stricter of two decisions. */
export function stricter(one: Decision, other: Decision): Decision {
  return severity[other] > severity[one] ? other : one;
}

/** True when the first forbids more than the second. */
export function isStricter(one: Decision, other: Decision): boolean {
  return severity[one] > severity[other];
}

/**
 * The matches in the order they are heard, the deciding one first: the highest layer that says anything, and in it
 * the strictest; then the rest. Which rule was written first never matters.
 */
export function ranked(matches: readonly RuleMatch[]): RuleMatch[] {
  return [...matches].sort(
    (a, b) =>
      height[b.layer] - height[a.layer] ||
      severity[b.decision] - severity[a.decision] ||
      b.matched.length - a.matched.length ||
      (a.id < b.id ? -1 : 1),
  );
}

/** The rule that decides: the strictest requirement when it is stricter than the layers, else what the layers say. */
export function deciding(
  matches: readonly RuleMatch[],
  requirements: readonly RuleMatch[],
): RuleMatch | undefined {
  const said = ranked(matches)[0];
  const required = ranked(requirements)[0];
  if (required === undefined) return said;
  return said === undefined || isStricter(required.decision, said.decision) ? required : said;
}
