import type { Change, Evidence, Proof, ReviewRound, TaskArtifact, TaskPrompt } from "@harness/protocol";
import type { Typed } from "../command.ts";
import type { OptionForm } from "../options.ts";
import { neutralBlock, neutralLine } from "../terminal/neutral.ts";
import type { Screen } from "../terminal/screen.ts";
import { commandText, count, duration, shortSha, statusTone, statusWord } from "../terminal/words.ts";

/** The commands Harness ran as evidence. */
export function showEvidence(evidence: readonly Evidence[], out: Screen): void {
  if (evidence.length === 0) return;
  out.line();
  out.table(evidence, [
    {
      head: "evidence",
      cell: ({ passed }) => `${out.isTerminal ? (passed ? "✓ " : "✗ ") : ""}${passed ? "passed" : "failed"}`,
      tone: evidenceTone,
    },
    { head: "command", cell: ({ command }) => commandText(command), elastic: true },
    { head: "exit", cell: ({ exit_code, reason }) => (exit_code === null ? reason : String(exit_code)) },
    { head: "tests", cell: ({ counts }) => (counts ? `${counts.passed} ok, ${counts.failed} failed` : "") },
    { head: "took", cell: ({ duration_ms }) => duration(duration_ms), alignRight: true },
    { head: "commit", cell: ({ commit }) => shortSha(commit) },
    { head: "output", cell: ({ output_sha256 }) => shortSha(output_sha256), tone: () => "dim" },
  ]);
}

/** The review rounds with their findings. */
export function showReviews(reviews: readonly ReviewRound[], out: Screen): void {
  for (const review of reviews) {
    out.line();
    const by = [review.agent, review.model].filter(Boolean).join(" / ");
    out.facts([
      [
        "review",
        `round ${review.round}: ${review.verdict}`,
        review.verdict === "approved" ? "green" : "yellow",
      ],
      ["by", review.independent ? by : `${by} (not independent: the same agent wrote the change)`],
      ["commit", shortSha(review.commit)],
      ["says", review.summary],
    ]);
    if (review.findings.length > 0)
      out.table(review.findings, [
        {
          head: "severity",
          cell: ({ severity }) => severity,
          tone: ({ severity }) => severityTone(severity),
        },
        { head: "where", cell: ({ file, line }) => `${file}:${line}` },
        { head: "finding", cell: ({ title, scenario }) => `${title}: ${scenario}`, elastic: true },
      ]);
  }
}

/** What was verified, on which commit, and who reviewed it. */
export function showProof(proof: Proof, out: Screen): undefined {
  out.facts([
    ["task", proof.task_id],
    ["status", statusWord(proof.status, !out.isTerminal), statusTone(proof.status)],
    ["branch", proof.branch],
    ["commit", proof.commit],
    ["validation", proof.ci_status, proof.ci_status === "passed" ? "green" : "yellow"],
    ["review", `${proof.review_outcome}, ${count(proof.review_rounds, "round")}`],
    ["accepted", proof.accepted.join(", "), "yellow"],
    ["grade", proof.grade && `${proof.grade.letter ?? "none"} (${proof.grade.formula})`],
    ["sandbox", proof.sandbox && `${proof.sandbox.driver}, network ${proof.sandbox.network}`],
    ...proof.quality_signals.map(({ name, value }) => [name, String(value)] as const),
  ]);
  showEvidence(proof.evidence, out);
  showReviews(proof.reviews, out);
}

/** Every prompt with the turn it was for. */
export function showPrompts(prompts: readonly TaskPrompt[], out: Screen): undefined {
  for (const { turn, phase, round, created_at, prompt } of prompts) {
    out.line(out.paint("bold", neutralLine(`── turn ${turn}, ${phase}, round ${round}, ${created_at}`)));
    out.block(prompt);
  }
}

/** Every text a task produced. */
export function showArtifacts(artifacts: readonly TaskArtifact[], out: Screen): undefined {
  for (const { turn, artifact_type, created_at, content } of artifacts) {
    out.line(out.paint("bold", neutralLine(`── ${artifact_type}, turn ${turn}, ${created_at}`)));
    out.block(content);
  }
}

/** Ways to look at a change. */
type DiffView = "patch" | "stat" | "names";

/** The options that choose one. */
export const diffViews: readonly OptionForm[] = [
  { flags: "--stat", doc: "Only the list of files with their lines", path: "stat" },
  { flags: "--name-only", doc: "Only the names of the files", path: "name_only" },
];
export const diffNotes = "Piped, the patch is written byte for byte, so that git apply can read it.";

/** The way that was chosen. */
export function diffView({ extras }: Typed): DiffView {
  return extras["name_only"] === true ? "names" : extras["stat"] === true ? "stat" : "patch";
}

/** The change: coloured and harmless on a terminal, exact when piped. */
export function showDiff(diff: Change, out: Screen, err: Screen, view: DiffView): undefined {
  if (diff.files.length === 0) err.line("Nothing has been changed so far.");
  if (view === "names") for (const { path } of diff.files) out.line(neutralLine(path));
  else if (view === "stat")
    out.table(diff.files, [
      { head: "status", cell: ({ status }) => status },
      { head: "added", cell: ({ insertions }) => `+${insertions}`, tone: () => "green", alignRight: true },
      { head: "removed", cell: ({ deletions }) => `-${deletions}`, tone: () => "red", alignRight: true },
      { head: "file", cell: ({ path }) => path },
    ]);
  else if (out.isTerminal) for (const line of diff.patch.split("\n")) out.line(paintedLine(line, out));
  else out.block(diff.patch);
  if (diff.cut && view === "patch")
    err.line("The patch is cut: it is larger than the server sends. Use the branch for all of it.");
}

function paintedLine(line: string, out: Screen): string {
  const text = neutralBlock(line);
  if (/^(\+\+\+|---|diff |index )/.test(line)) return out.paint("bold", text);
  if (line.startsWith("@@")) return out.paint("cyan", text);
  return out.paint(line.startsWith("+") ? "green" : line.startsWith("-") ? "red" : undefined, text);
}

function evidenceTone({ passed }: Evidence) {
  return passed ? "green" : "red";
}

function severityTone(severity: string) {
  return severity === "critical" || severity === "high" ? "red" : severity === "medium" ? "yellow" : "dim";
}
