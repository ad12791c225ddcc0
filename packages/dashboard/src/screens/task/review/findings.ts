import type { Finding, ReviewRound, TaskDetail } from "@harness/protocol";

const order: readonly Finding["severity"][] = ["critical", "high", "medium", "low"];

/** Whether a finding alone is reason to send work back. */
export function isBlocking({ severity }: Pick<Finding, "severity">): boolean {
  return severity === "critical" || severity === "high";
}

/** Findings with the worst first. */
export function sortedFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

/** Findings as one text an agent can work through, with what a person says to them. */
export function askingText(
  note: string,
  findings: readonly Finding[],
  round: ReviewRound | undefined,
): string {
  const parts = findings.map(
    ({ file, line, severity, title, scenario }, index) =>
      `${index + 1}. [${severity}] ${line > 0 ? `${file}:${line}` : file}: ${title}\n   ${scenario.trim().replaceAll("\n", "\n   ")}`,
  );
  const head =
    parts.length === 0 || round === undefined
      ? []
      : [`Please mend what the review of ${round.commit.slice(0, 12)} found:`];
  return [note.trim(), ...head, ...parts].filter((part) => part !== "").join("\n\n");
}

/** The newest review when the work has moved on since; null when it is of the newest commit, or there is none. */
export function staleReview({ head_sha, review_history }: TaskDetail): ReviewRound | null {
  const newest = review_history.at(-1);
  return newest === undefined || head_sha === null || newest.commit === head_sha ? null : newest;
}
