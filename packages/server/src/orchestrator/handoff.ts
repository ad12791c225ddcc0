import type { Evidence, ReviewRound } from "@harness/protocol";
import { evidenceOf } from "../evidence/index.ts";
import { reviewsOf } from "../review/index.ts";
import { writeAs } from "../tasks/index.ts";
import { addArtifact, turnHistory } from "../threads/index.ts";
import type { ChangedFile } from "../workspaces/index.ts";
import type { Run } from "./run.ts";

/** What an agent that takes over is told; Harness writes it from its own records. */
export interface Handoff {
  readonly from: string;
  /** Why the earlier agent does not go on. */
  readonly why: string;
  readonly commit: string;
  readonly files: readonly ChangedFile[];
  /** The newest results of the checks Harness ran on the work. */
  readonly checks: readonly Pick<Evidence, "name" | "passed" | "exit_code" | "reason" | "commit">[];
  /** The newest review that asks for changes, while nothing newer answered it. */
  readonly review: Pick<ReviewRound, "agent" | "summary" | "findings"> | undefined;
  /** The earlier agent's own last words; nobody checked them. */
  readonly last_message: string | undefined;
}

const FILES_SHOWN = 200;
const MESSAGE_SHOWN = 4000;

/**
 * Writes the summary for an agent that takes over and keeps it as the artifact `handoff`; undefined when nobody was
 * at work before, or nothing of it was kept.
 */
export async function writeHandoff(
  run: Run,
  from: string | null,
  baseSha: string,
): Promise<Handoff | undefined> {
  const { deps, task } = run;
  if (from === null || task.head_sha === null) return undefined;
  const db = deps.storage.reader;
  const [turns, evidence, reviews, diff] = await Promise.all([
    turnHistory(db, task.id),
    evidenceOf(db, task.id),
    reviewsOf(db, task.id),
    deps.workspaces.diff({ projectId: run.project.id, from: baseSha, to: task.head_sha, capBytes: 1 }),
  ]);
  const last = turns.findLast((turn) => turn.role === "implementer" && turn.agent === from);
  const failure = last?.failure?.message;
  const newest = evidence.at(-1)?.commit;
  const review = reviews.at(-1);
  const handoff: Handoff = {
    from,
    why: failure === undefined ? "it cannot go on now" : failure.slice(0, 500),
    commit: task.head_sha,
    files: diff.files,
    checks: evidence.filter((one) => one.commit === newest),
    review: review?.verdict === "changes_requested" ? review : undefined,
    last_message: last && (await lastMessage(run, last.id, failure)),
  };
  const asked = plainly("the task", task.request.prompt ?? "");
  await writeAs(deps.log, run.attempt, "handoff", (tx, current) =>
    addArtifact(tx, {
      id: deps.newId("artifact"),
      task_id: task.id,
      turn: current.turns,
      artifact_type: "handoff",
      content: deps.redact([`Asked: ${task.title}`, asked, ...handoffText(handoff, plainly)].join("\n")),
    }),
  );
  return handoff;
}

function plainly(label: string, text: string): string {
  return `[${label}]\n${text}`;
}

/** The newest thing the agent said in a turn, other than the failure that ended it. */
async function lastMessage(
  run: Run,
  turnId: string,
  failure: string | undefined,
): Promise<string | undefined> {
  const { log } = run.deps;
  let found: string | undefined;
  for (let afterSeq = 0; ; ) {
    const page = await log.read({
      afterSeq,
      filter: { task_id: run.task.id, types: ["item.completed"] },
    });
    for (const event of page) {
      if (event.turn_id !== turnId || event.type !== "item.completed") continue;
      const { kind, text } = event.data.item;
      if (kind === "message" && text !== undefined && text.trim() !== (failure ?? "").trim()) found = text;
    }
    const end = page.at(-1)?.seq;
    if (end === undefined) return found?.slice(-MESSAGE_SHOWN);
    afterSeq = end;
  }
}

/** The summary as lines of a prompt; what an agent or a reviewer wrote is fenced as data. */
export function handoffText(handoff: Handoff, fence: (label: string, text: string) => string): string[] {
  const { from, why, commit, files, checks, review, last_message } = handoff;
  const shown = files.slice(0, FILES_SHOWN).map(fileLine);
  const left = files.length - shown.length;
  return [
    `You take over from ${from}, whose account cannot be used now. The harness wrote this summary from its own records.`,
    `Its work is in the working directory, as commit ${commit.slice(0, 12)} holds it: look at it with git diff against the base, keep what is right, finish the task.`,
    fence("why the earlier agent stopped", why),
    files.length === 0
      ? "VERIFIED: no file was changed so far."
      : fence(
          `VERIFIED files changed so far: ${files.length}`,
          [...shown, ...(left > 0 ? [`and ${left} more`] : [])].join("\n"),
        ),
    checks.length === 0
      ? "VERIFIED: no check has run on this work yet."
      : fence("VERIFIED results of the newest validation", checks.map(checkLine).join("\n")),
    ...(review ? [fence(`open findings of the review by ${review.agent}`, reviewText(review))] : []),
    ...(last_message === undefined
      ? []
      : [fence(`CLAIMED by ${from}, its last message; nobody checked it`, last_message)]),
  ];
}

function fileLine({ path, status, insertions, deletions }: ChangedFile): string {
  const lines = insertions === undefined ? "binary" : `+${insertions} -${deletions}`;
  return `${status} ${path} (${lines})`;
}

function checkLine({ name, passed, exit_code, reason, commit }: Handoff["checks"][number]): string {
  const how = reason === "exited" ? `exit code ${exit_code}` : reason;
  return `${passed ? "passed" : "failed"} ${name} (${how}) on ${commit.slice(0, 12)}`;
}

function reviewText({ summary, findings }: NonNullable<Handoff["review"]>): string {
  return [summary, ...findings.map((f) => `- [${f.severity}] ${f.file}:${f.line} ${f.title}`)].join("\n");
}
