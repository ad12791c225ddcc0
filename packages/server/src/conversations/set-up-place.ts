import { createHash } from "node:crypto";
import type { Item } from "@harness/protocol";
import type { Agent } from "../agents/index.ts";
import type { ProcessOutcome } from "../process/index.ts";
import type { ProjectRecord } from "../projects/index.ts";
import { type SetupWatch, setSetupAside, setUp, setupCommands } from "../setup/index.ts";
import { addItem, type ThreadRecord, threadScope } from "../threads/index.ts";
import { looksOnly } from "./answerer.ts";
import type { ConversationDeps, RunningTurn } from "./conversation-deps.ts";
import type { ThreadPlace } from "./thread-workspace.ts";

/** What a setup command wrote, as its item shows it (characters, the end). */
const SHOWN = 4000;

/**
 * Runs the project's setup in the workspace of a thread before the first turn that may need it: once per workspace,
 * so again after a rollback or in a fork, and when the commands change. Each command is an item of the turn. One that
 * fails is said and the conversation goes on: many need nothing of it. `thread/resume` has it tried again. Answers
 * what the agent must know, null when there is nothing.
 */
export async function setUpPlace(
  deps: ConversationDeps,
  running: RunningTurn,
  agent: Agent,
  project: ProjectRecord,
  place: ThreadPlace,
): Promise<string | null> {
  const { thread, turn, signal } = running;
  const commands = setupCommands(project);
  if (commands.length === 0 || turn.purpose === "compact") return null;
  const key = keyOf(commands, project);
  const { notes } = deps.workspaces;
  const known = await notes.setupOf(thread.id);
  if (known?.key === key && known.before_sha === undefined) return null;
  if (await looksOnly(deps, agent, running)) return null;
  await setAsideUnfinished(deps, thread, place);
  const before_sha = place.fresh ? place.parent_sha : await treeNow(deps, thread, place);
  await notes.recordSetup(thread.id, { key, ok: false, before_sha });
  const began = deps.clock.now();
  // Only an untouched base fills the cache; the base of a fork may be an agent's work.
  const trusted = place.fresh && place.parent_sha === place.base_sha && thread.forked_from === null;
  const ready = await setUp(
    { deps, project, attempt: thread, signal },
    { path: place.path, commit: place.parent_sha, trusted },
    watchOf(deps, running),
  );
  await setAsideUnfinished(deps, thread, place);
  // Cut short by whoever stops the turn: the next one begins anew.
  if (signal.aborted) return null;
  const message = ready.ok ? null : ready.message;
  const scope = { ...threadScope(thread), turn_id: turn.id, actor: "harness" };
  await deps.log.write(async (tx) => {
    const took = { cached: ready.ok && ready.cached, duration_ms: deps.clock.now() - began };
    const data = { commands: commands.map((argv) => argv.join(" ")), ok: ready.ok, ...took, message };
    await tx.append({ ...scope, type: "thread.set_up", data });
    if (message === null) return;
    const again = `The conversation goes on without it. Once it is mended: harness thread resume ${thread.id}`;
    await tx.append({ ...scope, type: "turn.warning", data: { message: `${message}\n${again}` } });
  });
  await notes.recordSetup(thread.id, { key, ok: ready.ok });
  return message;
}

/** What a setup made that ended, was stopped or died with the server is nobody's work; it is over with this. */
export async function setAsideUnfinished(
  { workspaces }: Pick<ConversationDeps, "workspaces">,
  thread: ThreadRecord,
  place: ThreadPlace,
): Promise<void> {
  const beforeSha = (await workspaces.notes.setupOf(thread.id))?.before_sha;
  if (beforeSha === undefined) return;
  await setSetupAside(workspaces, { ...namesOf(thread, place), beforeSha });
  await workspaces.notes.recordSetup(thread.id, null);
}

/** Has a setup that failed tried again with the next turn. */
export async function retrySetup(
  deps: Pick<ConversationDeps, "workspaces">,
  threadId: string,
): Promise<void> {
  const known = await deps.workspaces.notes.setupOf(threadId);
  if (known?.ok === false && known.before_sha === undefined)
    await deps.workspaces.notes.recordSetup(threadId, null);
}

function keyOf(commands: readonly string[][], { settings }: ProjectRecord): string {
  const { cache_dirs } = settings;
  return createHash("sha256").update(JSON.stringify({ commands, cache_dirs })).digest("hex");
}

/** What the tree holds before setup, so that only what setup adds is set aside. */
async function treeNow(deps: ConversationDeps, thread: ThreadRecord, place: ThreadPlace): Promise<string> {
  const { subject, ...names } = namesOf(thread, place);
  const taken = await deps.workspaces.snapshot({
    ...names,
    parentSha: place.parent_sha,
    message: `${subject}\nBefore setup`,
  });
  return taken.status === "ok" ? taken.sha : place.parent_sha;
}

function namesOf(thread: ThreadRecord, { path, base_sha: baseSha }: ThreadPlace) {
  const ids = { projectId: thread.project_id, taskId: thread.id, attemptId: thread.id };
  return { ...ids, path, baseSha, subject: `${thread.title}\n\nThread: ${thread.id}` };
}

/** Shows each command as an item of the turn, in the name of Harness. */
function watchOf(deps: ConversationDeps, { thread, turn }: RunningTurn): SetupWatch {
  let count = 0;
  const item = (argv: readonly string[], more: Partial<Item>): Item => ({
    id: `setup:${count}`,
    kind: "command",
    name: "setup",
    command: argv.join(" "),
    ...more,
  });
  const scope = { ...threadScope(thread), turn_id: turn.id, actor: "harness" };
  return {
    began: async (argv) => {
      count += 1;
      const data = { item: item(argv, {}) };
      await deps.log.write((tx) => tx.append({ ...scope, type: "item.started", data }));
    },
    ended: async (argv, outcome) => {
      const done = item(argv, { exit_code: outcome.exitCode, output: outputOf(deps, outcome) });
      await deps.log.write(async (tx) => {
        const seq = await tx.append({ ...scope, type: "item.completed", data: { item: done } });
        await addItem(tx, { thread_id: thread.id, turn_id: turn.id, seq, item: done });
      });
    },
  };
}

function outputOf({ redact }: ConversationDeps, { stdout, stderr }: ProcessOutcome): string {
  return redact(`${stdout.text}\n${stderr.text}`.trim()).slice(-SHOWN);
}
