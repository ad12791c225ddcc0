import { answerCommands } from "@harness/protocol";
import { type Asked, type AskedBy, openApproval, standingAnswer } from "../approvals/index.ts";
import { type DiffWatch, needsPatch, type ProtectedChange } from "../policy/index.ts";
import { approvedRules } from "../projects/index.ts";
import { isTestFile, writeAs } from "../tasks/index.ts";
import type { Feedback } from "./prompts.ts";
import { type AttemptEnd, type Run, waitFor } from "./run.ts";

/** Bytes of the patches that are read to judge tests and scripts; what lies beyond is asked about. */
const READ_CAP = 8 * 1024 * 1024;
/** Bytes of the patch a person is shown with the question; the rest is in the task's diff. */
const SHOWN_CAP = 32 * 1024;
/** Files named in one line. */
const NAMED = 5;

/** May it be published, must the agent hear a no first, of a person or of a rule, or does it wait for a person. */
export type GateAnswer =
  | { readonly type: "open" }
  | { readonly type: "denied"; readonly feedback: Feedback }
  | { readonly type: "forbidden"; readonly why: string; readonly feedback: Feedback }
  | { readonly type: "ended"; readonly end: AttemptEnd };

/**
 * Holds finished work that changes what later work is judged by until a person has approved exactly that change. The
 * question is bound to the bytes of the files it names: new work on other files does not ask again, other bytes do.
 */
export async function protectedGate(
  run: Run,
  work: { readonly baseSha: string; readonly commit: string },
): Promise<GateAnswer> {
  const { changes, forbidden, paths } = await protectedChanges(run, work);
  if (forbidden.length > 0) {
    const why = forbidden.map(({ path, why }) => `${path}: ${why}`).join("; ");
    const feedback: Feedback = { type: "protected", by: "rule", changes: forbidden, reason: why };
    return { type: "forbidden", why, feedback };
  }
  if (changes.length === 0) return { type: "open" };
  const asked = await questionOf(run, work, changes, paths);
  const by = await askedBy(run);
  const { id: task_id } = run.task;
  const files = namedFiles(changes);
  const answer = await writeAs(run.deps.log, run.attempt, "approval", async (tx) => {
    const known = await standingAnswer(tx, { ...by, task_id }, asked);
    if (known) return known;
    const summary = `publish a change of ${files}`;
    const why = [...new Set(changes.map(({ path, why }) => `${path}: ${why}`))].slice(0, 20).join("; ");
    // Neither a passing night nor a setting for the questions of agents stands in for a person here.
    const how = { summary, why, on_expiry: "wait" as const, expires_ms: undefined };
    return openApproval(tx, by, asked, how, run.deps.newId);
  });
  if (answer.status === "allowed") return { type: "open" };
  if (answer.status === "denied") {
    const reason = answer.reason ?? "no reason given";
    return { type: "denied", feedback: { type: "protected", by: "person", changes, reason } };
  }
  const message = `The work is proven and reviewed, and changes ${files}, which a person must approve.`;
  const unblock = [
    `harness task diff ${task_id}`,
    ...answerCommands(answer),
    `harness task cancel ${task_id}`,
  ];
  return { type: "ended", end: waitFor("approval", message, unblock).end };
}

async function protectedChanges(
  run: Run,
  { baseSha, commit }: { readonly baseSha: string; readonly commit: string },
): Promise<ProtectedWork> {
  const { workspaces, config, policy } = run.deps;
  const { validation, protected_paths } = run.project.settings;
  const watch: DiffWatch = {
    sets: config.policy.protected_changes,
    paths: [...config.policy.protected_paths, ...protected_paths],
    commands: validation === "none" ? [] : validation.map(({ argv }) => argv),
    isTest: isTestFile,
  };
  const range = { projectId: run.project.id, from: baseSha, to: commit, signal: run.signal };
  const { files } = await workspaces.diff({ ...range, capBytes: 0 });
  const unread = files.filter((file) => needsPatch(file, watch));
  const patches = new Map<string, string>();
  if (unread.length > 0) {
    const paths = unread.flatMap(({ path, oldPath }) => [path, ...(oldPath === undefined ? [] : [oldPath])]);
    const diff = await workspaces.diff({ ...range, paths, capBytes: READ_CAP });
    const texts = diff.text.split(/^(?=diff --git )/m).filter((text) => text !== "");
    // One patch a file, in the order of the files; of a cut text the last one is not whole.
    const whole = diff.cut ? texts.length - 1 : texts.length;
    for (const [at, { path }] of diff.files.entries()) if (at < whole) patches.set(path, texts[at]!);
  }
  const lines = ({ insertions, deletions }: (typeof files)[number]) =>
    insertions === undefined || deletions === undefined ? null : insertions + deletions;
  const counted = files.map((file) => ({ ...file, lines: lines(file) }));
  const judged = await policy.judgeChange({ files: counted, patches, watch }, approvedRules(run.project));
  const { asks: changes, forbidden } = judged;
  const known = new Set(files.map(({ path }) => path));
  // A limit is on the change as a whole, and so is the leave to go beyond it.
  const whole = changes.some(({ path }) => !known.has(path));
  const paths = whole ? [...known] : changes.map(({ path }) => path);
  return { changes, forbidden, paths };
}

interface ProtectedWork {
  readonly changes: readonly ProtectedChange[];
  /** What no person can allow. */
  readonly forbidden: readonly ProtectedChange[];
  /** The files the leave is for. */
  readonly paths: readonly string[];
}

async function questionOf(
  run: Run,
  { baseSha, commit }: { readonly baseSha: string; readonly commit: string },
  changes: readonly ProtectedChange[],
  paths: readonly string[],
): Promise<Asked> {
  const { workspaces } = run.deps;
  const range = { projectId: run.project.id, from: baseSha, to: commit, paths, signal: run.signal };
  const [change_id, shown] = await Promise.all([
    workspaces.changeId(range),
    workspaces.diff({ ...range, capBytes: SHOWN_CAP }),
  ]);
  const input = { change_id, changes, patch: shown.text, cut: shown.cut };
  return { kind: "protected_change", tool: "publish", command: null, paths, input, questions: [] };
}

/** The turn that made the change: the newest of an implementer. */
async function askedBy(run: Run): Promise<AskedBy> {
  const turn = await run.deps.storage.reader
    .selectFrom("turns")
    .select(["id", "thread_id", "agent"])
    .where("task_id", "=", run.task.id)
    .where("role", "=", "implementer")
    .orderBy("id", "desc")
    .executeTakeFirstOrThrow();
  return {
    project_id: run.task.project_id,
    thread_id: turn.thread_id,
    turn_id: turn.id,
    task_id: run.task.id,
    attempt_id: run.attempt.id,
    agent: turn.agent,
  };
}

function namedFiles(changes: readonly ProtectedChange[]): string {
  const names = changes.slice(0, NAMED).map(({ path }) => path);
  const more = changes.length - names.length;
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
