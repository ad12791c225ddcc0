import {
  type ExecutionStrategy,
  type ExecutionStrategyWord,
  HarnessError,
  operations,
  type Parsed,
  type Result,
  sandboxProfile,
  type Thread,
} from "@harness/protocol";
import { executionStrategy } from "../agents/index.ts";
import { forkThread, publishThread, rollBack } from "../conversations/index.ts";
import { defaultProject, getProject, type ProjectRecord } from "../projects/index.ts";
import { once } from "../tasks/index.ts";
import {
  createThread,
  deleteThread,
  getThread,
  presentThread,
  type ThreadRecord,
  UNTITLED,
} from "../threads/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller, Handlers } from "./invoke.ts";
import { refuseWhenDraining } from "./project-handlers.ts";
import { checkProfile } from "./sandbox-profile.ts";

type Views = "thread/list" | "thread/get" | "thread/items" | "thread/diff" | "thread/file";
type Names = Exclude<Extract<keyof Handlers, `thread/${string}`>, "thread/prove" | Views>;

const startedThread = (value: unknown) => operations["thread/start"].result.parse(value);

/** What a person does with conversations; what is said in one is turnHandlers. */
export function threadHandlers(deps: OperationsDeps): Pick<Handlers, Names> {
  return {
    "thread/start": (params, caller) => startThread(deps, params, caller),
    "thread/resume": ({ thread_id }) => resume(deps, thread_id),
    "thread/fork": async ({ thread_id, ...cut }, caller) => {
      refuseWhenDraining(deps);
      const made = await deps.log.write(async (tx) =>
        forkThread(deps, tx, await getThread(tx.db, thread_id), cut, caller.actor),
      );
      return { thread_id: made.id, thread: presentThread(made) };
    },
    "thread/rollback": async ({ thread_id, to_turn }, caller) => {
      const rolled_back = await deps.log.write(async (tx) =>
        rollBack(tx, idle(own(await getThread(tx.db, thread_id))), to_turn, caller.actor),
      );
      await deps.workspaces.remove(thread_id);
      return { rolled_back, thread: await shownThread(deps, thread_id) };
    },
    "thread/compact": ({ thread_id }, caller) => compact(deps, thread_id, caller),
    "thread/publish": async ({ thread_id, ...wish }, caller) => {
      refuseWhenDraining(deps);
      return publishThread(deps, await ownThread(deps, thread_id), { ...wish, actor: caller.actor });
    },
    "thread/delete": async ({ thread_id }, caller) => {
      await deps.log.write(async (tx) =>
        deleteThread(tx, idle(own(await getThread(tx.db, thread_id))), caller.actor),
      );
      await deps.workspaces.remove(thread_id);
      return { deleted: true as const };
    },
  };
}

/** Makes sure that a thread can go on, and has its queue go on. */
async function resume(deps: OperationsDeps, thread_id: string): Promise<Result<"thread/resume">> {
  const thread = await ownThread(deps, thread_id);
  const project = await getProject(deps.storage.reader, thread.project_id);
  if (thread.status === "idle") await deps.conversations.makeReady(project, thread);
  deps.conversations.wake(thread_id, { anew: true });
  return { resumed: true as const, thread: await shownThread(deps, thread_id) };
}

/** Has a thread summed up; one in which nothing was said stays as it is. */
async function compact(
  deps: OperationsDeps,
  thread_id: string,
  { actor }: Caller,
): Promise<Result<"thread/compact">> {
  refuseWhenDraining(deps);
  const turn_id = await deps.log.write(async (tx) => {
    const thread = own(await getThread(tx.db, thread_id));
    return thread.turns === 0 ? null : deps.conversations.compact(tx, thread, actor);
  });
  if (turn_id !== null) deps.conversations.wake(thread_id);
  return { compacted: turn_id !== null, turn_id };
}

async function shownThread({ storage }: OperationsDeps, thread_id: string): Promise<Thread> {
  return presentThread(await getThread(storage.reader, thread_id));
}

async function startThread(
  deps: OperationsDeps,
  { idempotency_key, ...params }: Parsed<"thread/start">,
  caller: Caller,
): Promise<Result<"thread/start">> {
  refuseWhenDraining(deps);
  checkProfile(deps, params.sandbox);
  const project = await projectOf(deps, params);
  const agent = await agentOf(deps, params.agent ?? project.settings.agent);
  return deps.log.write((tx) =>
    once(tx, "thread/start", idempotency_key, params, startedThread, async () => {
      const thread = await createThread(
        tx,
        {
          project_id: project.id,
          task_id: null,
          role: "chat",
          agent,
          model: params.model ?? null,
          title: params.title ?? UNTITLED,
          base_branch: params.base ?? project.settings.base_branch,
          approvals: params.approvals ?? {},
          execution_strategy: strategyWord(params.execution_strategy),
          sandbox: params.sandbox === undefined ? null : sandboxProfile(params.sandbox),
        },
        deps.newId,
        caller.actor,
      );
      return { thread_id: thread.id, thread: presentThread(thread) };
    }),
  );
}

/** A strategy as a caller wrote it; null when nothing was said about it. */
export function strategyWord(word: ExecutionStrategyWord | undefined): ExecutionStrategy | null {
  return word === undefined ? null : executionStrategy(word);
}

async function projectOf(
  deps: OperationsDeps,
  { project, cwd }: { readonly project?: string | undefined; readonly cwd?: string | undefined },
): Promise<ProjectRecord> {
  const key = project ?? cwd;
  return key === undefined ? defaultProject(deps.storage.reader) : getProject(deps.storage.reader, key);
}

async function agentOf(deps: OperationsDeps, wanted: string): Promise<string> {
  const name = wanted === "auto" ? deps.config.agents.default_agent : wanted;
  if (name === "auto") {
    const picked = await deps.agents.pickAuto();
    if (picked) return picked.name;
    throw new HarnessError(
      "agent_unavailable",
      "No agent is installed and logged in. `harness doctor` says what is missing.",
      { field: "agent" },
    );
  }
  if (deps.agents.get(name)) return name;
  throw new HarnessError(
    "agent_not_found",
    `There is no agent ${name}. \`harness agent list\` shows those there are.`,
    { field: "agent", got: name },
  );
}

/** A thread of a person's own, by its id. */
export async function ownThread(deps: OperationsDeps, id: string): Promise<ThreadRecord> {
  return own(await getThread(deps.storage.reader, id));
}

/** A thread of a person's own; the threads of a task are the task's. */
export function own(thread: ThreadRecord): ThreadRecord {
  if (thread.task_id === null) return thread;
  throw new HarnessError(
    "thread_of_task",
    `Thread ${thread.id} belongs to task ${thread.task_id}, which decides over it. Fork it to talk on, or have the task revised.`,
  );
}

function idle(thread: ThreadRecord): ThreadRecord {
  if (thread.status === "idle") return thread;
  throw new HarnessError(
    "thread_busy",
    `Thread ${thread.id} is ${thread.status}. Interrupt its turn first, or wait for its end.`,
  );
}
