import {
  HarnessError,
  operations,
  type Parsed,
  type ProvenCheckpoint,
  type Result,
  type TaskRequest,
} from "@harness/protocol";
import { type Checkpoint, checkpointOf } from "../conversations/index.ts";
import type { WriteTx } from "../events/index.ts";
import { once } from "../tasks/index.ts";
import { newestItemsOf, type ThreadRecord, threadScope } from "../threads/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller, Handlers } from "./invoke.ts";
import { refuseWhenDraining } from "./project-handlers.ts";
import { checkBase, checkRequest, submitTask } from "./task-submit.ts";
import { ownThread } from "./thread-handlers.ts";

/** Messages of a conversation that are looked through, and characters of a prompt made of them. */
const MOST_MESSAGES = 500;
const MOST_CHARACTERS = 60_000;

const stored = (value: unknown) => operations["thread/prove"].result.parse(value);

/** From a conversation to proven work. */
export function proveHandlers(deps: OperationsDeps): Pick<Handlers, "thread/prove"> {
  return { "thread/prove": (params, caller) => prove(deps, params, caller) };
}

/**
 * Submits a task that begins with a checkpoint as its finished first round. The commit is on a ref of the task before
 * the task is there, so that nothing that happens to the conversation meanwhile takes it away.
 */
async function prove(
  deps: OperationsDeps,
  { idempotency_key, ...params }: Parsed<"thread/prove">,
  caller: Caller,
): Promise<Result<"thread/prove">> {
  refuseWhenDraining(deps);
  const { thread_id, turn_id, ...wish } = params;
  const thread = await ownThread(deps, thread_id);
  const missing = { code: "nothing_to_prove", verb: "prove" } as const;
  const checkpoint = await checkpointOf(deps, thread, turn_id, missing);
  const request = await requestOf(deps, thread, checkpoint, wish);
  checkRequest(deps, request);
  await checkBase(deps, request);
  const begun = await begin(deps, thread, checkpoint, request.title ?? thread.title);
  let made: Result<"thread/prove"> | undefined;
  try {
    made = await deps.log.write((tx) =>
      once(tx, "thread/prove", idempotency_key, params, stored, () =>
        submitProof(deps, tx, thread, { request, begun, caller }),
      ),
    );
    return made;
  } finally {
    // Refused, or asked before: nobody begins with this one.
    const of = { projectId: thread.project_id, taskId: begun.id };
    if (made?.task_id !== begun.id) await deps.workspaces.handover.dropSnapshots(of);
  }
}

/** A task to be, with the work it begins with. */
interface Begun {
  readonly id: string;
  readonly proves: ProvenCheckpoint;
  readonly work: Awaited<ReturnType<typeof changeOf>> & { readonly head_sha: string };
}

/** Puts the checkpoint on a ref of the task to be. */
async function begin(
  deps: OperationsDeps,
  thread: ThreadRecord,
  checkpoint: Checkpoint,
  title: string,
): Promise<Begun> {
  const { base_sha, changes } = await changeOf(deps, thread, checkpoint.commit);
  const id = deps.newId("task");
  const commit = await deps.workspaces.handover.adopt({
    projectId: thread.project_id,
    taskId: id,
    sha: checkpoint.commit,
    message: `${title}\n\nTask: ${id}\nThread: ${thread.id}\nRound: 1`,
  });
  const proves = {
    thread_id: thread.id,
    turn_id: checkpoint.turns.at(-1)?.id ?? null,
    checkpoint: checkpoint.commit,
    commit,
    files: changes.files,
    authors: authorsOf(thread, checkpoint),
  };
  return { id, proves, work: { base_sha, head_sha: commit, changes } };
}

async function submitProof(
  deps: OperationsDeps,
  tx: WriteTx,
  thread: ThreadRecord,
  asked: { readonly request: TaskRequest; readonly begun: Begun; readonly caller: Caller },
): Promise<Result<"thread/prove">> {
  const { request, begun, caller } = asked;
  const { turn_id, checkpoint, commit } = begun.proves;
  const task = await submitTask(deps, tx, request, caller, begun);
  await tx.append({
    ...threadScope({ ...thread, task_id: begun.id }),
    type: "thread.proof_requested",
    actor: caller.actor,
    data: { turn_id, checkpoint, commit },
  });
  return { ...task, turn_id, checkpoint, thread_id: thread.id, base_sha: begun.work.base_sha };
}

/** What the task is asked to be: the conversation's own agent goes on where checks or the review send it back. */
async function requestOf(
  deps: OperationsDeps,
  thread: ThreadRecord,
  checkpoint: Checkpoint,
  wish: Omit<Parsed<"thread/prove">, "thread_id" | "turn_id" | "idempotency_key">,
): Promise<TaskRequest> {
  const { project_id: project, agent, model, base_branch, execution_strategy, sandbox, approvals } = thread;
  return {
    ...wish,
    title: wish.title ?? thread.title,
    prompt: wish.prompt ?? (await askedIn(deps, thread, checkpoint)),
    project,
    agent,
    approvals,
    source: "thread",
    external_id: thread.id,
    skip_triage: true,
    ...(model === null ? {} : { model }),
    ...(base_branch === null ? {} : { base_branch }),
    ...(execution_strategy === null ? {} : { execution_strategy }),
    ...(sandbox === null ? {} : { sandbox }),
  };
}

/** What the person said up to the checkpoint, oldest first; of a long conversation the newest words. */
async function askedIn(
  { storage }: Pick<OperationsDeps, "storage">,
  thread: ThreadRecord,
  { turns }: Checkpoint,
): Promise<string> {
  const held = new Set(turns.map(({ id }) => id));
  const items = await newestItemsOf(storage.reader, thread.id, ["message"], MOST_MESSAGES);
  const said = items.flatMap(({ turn_id, item: { kind, role, text } }) =>
    kind === "message" && role === "user" && text && held.has(turn_id) ? [text.trim()] : [],
  );
  const kept = newestWithin(said, MOST_CHARACTERS);
  const left = said.length - kept.length;
  return [
    `Finish what was asked for in the conversation "${thread.title}". Its work so far is there. The person said there, oldest first:`,
    ...(left > 0 ? [`(${left} earlier messages are left out)`] : []),
    ...kept,
  ].join("\n\n");
}

/** The last of some texts that have no more characters together than this. */
function newestWithin(texts: readonly string[], characters: number): readonly string[] {
  let length = 0;
  const first = texts.findLastIndex((text) => {
    length += text.length;
    return length > characters;
  });
  return texts.slice(first + 1);
}

/** The change a task is to be made of. Throws `nothing_to_prove` when the turns took back what they did. */
async function changeOf(
  deps: OperationsDeps,
  { id, base_sha, project_id: projectId }: ThreadRecord,
  to: string,
) {
  const range = base_sha === null ? undefined : { projectId, from: base_sha, to, capBytes: 0 };
  const files = range === undefined ? [] : (await deps.workspaces.diff(range)).files;
  if (base_sha === null || files.length === 0)
    throw new HarnessError(
      "nothing_to_prove",
      `Thread ${id} has nothing to prove: at ${to.slice(0, 12)} every file is as it was at its base. Have its agent make the change first.`,
    );
  const sum = (count: "insertions" | "deletions") => files.reduce((all, file) => all + (file[count] ?? 0), 0);
  const changes = { files: files.length, insertions: sum("insertions"), deletions: sum("deletions") };
  return { base_sha, changes };
}

/**
 * Whose turns changed a file, the last one last. Of an agent that wrote with several models none is told: no model of
 * it is independent then.
 */
function authorsOf(thread: ThreadRecord, { turns }: Checkpoint): ProvenCheckpoint["authors"] {
  const wrote = turns.filter(({ commit }, at) => commit !== (turns[at - 1]?.commit ?? thread.base_sha));
  const agents = [...new Set(wrote.map(({ agent }) => agent).reverse())].reverse();
  if (agents.length === 0) return [{ agent: thread.agent, model: thread.model }];
  return agents.map((agent) => {
    const models = new Set(wrote.filter((turn) => turn.agent === agent).map(({ model }) => model));
    return { agent, model: models.size === 1 ? ([...models][0] ?? null) : null };
  });
}
