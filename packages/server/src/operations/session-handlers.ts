import { HarnessError, type Result, type Session } from "@harness/protocol";
import { resolvedRules } from "../agents/index.ts";
import { listApprovals } from "../approvals/index.ts";
import { findProject } from "../projects/index.ts";
import {
  firstWordsOf,
  listThreads,
  namesOf,
  newestItemsOf,
  type ThreadRecord,
  UNTITLED,
} from "../threads/index.ts";
import { readInstructions } from "../turns/index.ts";
import { approvalHandlers } from "./approval-handlers.ts";
import { rejected } from "./chat-handlers.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";
import { planStateOfThread, sessionThread } from "./session-plan.ts";
import { threadHandlers } from "./thread-handlers.ts";

type Names = Extract<keyof Handlers, `session/${string}`>;

const MESSAGES = 1_000;
const APPROVALS = 500;

/** Seed 2's sessions: threads under its paths and in its shapes. */
export function sessionHandlers(deps: OperationsDeps): Pick<Handlers, Names> {
  const db = () => deps.storage.reader;
  const threads = threadHandlers(deps);
  const approvals = approvalHandlers(deps);
  const pendingOf = async (thread: ThreadRecord) =>
    (await listApprovals(db(), { status: "pending", thread_id: thread.id, limit: APPROVALS })).rows;
  return {
    "session/list": async ({ limit }) => {
      const { rows } = await listThreads(db(), { own: true, limit: limit ?? 50 });
      return sessionsOf(deps, rows);
    },
    "session/get": async ({ session_id }) =>
      sessionOf(deps, session_id, await sessionThread(deps, session_id)),
    "session/delete": async ({ session_id }, caller) => {
      const thread = await sessionThread(deps, session_id);
      await threads["thread/delete"]({ thread_id: thread.id }, caller);
      return null;
    },
    "session/plan": async ({ session_id }) =>
      planStateOfThread(deps, (await sessionThread(deps, session_id)).id),
    "session/approvals": async ({ session_id }) =>
      (await pendingOf(await sessionThread(deps, session_id))).map((one) => ({
        id: one.id,
        command: one.command ?? one.summary,
        source: one.agent,
        created_at: one.created_at,
      })),
    "session/respond": async ({ session_id, approved }, caller) => {
      const [newest] = await pendingOf(await sessionThread(deps, session_id));
      if (!newest)
        throw new HarnessError("approval_not_found", `Nothing waits for a person in session ${session_id}.`, {
          field: "session_id",
        });
      const decision = approved ? ({ decision: "allow" } as const) : rejected;
      await approvals["approval/respond"]({ approval_id: newest.id, ...decision }, caller);
      return { success: true as const, session_id, approved };
    },
  };
}

/** One conversation whole: its words, its planner state and what the repository tells agents. */
async function sessionOf(
  deps: OperationsDeps,
  session_id: string,
  thread: ThreadRecord,
): Promise<Result<"session/get">> {
  const [items, plan, agents] = await Promise.all([
    newestItemsOf(deps.storage.reader, thread.id, ["message"], MESSAGES),
    planStateOfThread(deps, thread.id),
    agentsOf(deps, thread),
  ]);
  const rendered = agents.map(({ path, content }) => `# ${path}\n\n${content}`).join("\n\n");
  const effective = resolvedRules(agents.map(({ path, content: text }) => ({ path, text })));
  return {
    session_id,
    user_id: null,
    messages: items.map(({ item }) => ({
      role: item.role === "user" ? ("user" as const) : ("assistant" as const),
      content: item.text ?? "",
    })),
    plan,
    agents,
    agents_rendered: rendered || null,
    agents_effective_rendered: effective || null,
  };
}

async function sessionsOf(deps: OperationsDeps, threads: readonly ThreadRecord[]): Promise<Session[]> {
  const ids = threads.map(({ id }) => id);
  const [names, words] = await Promise.all([
    namesOf(deps.storage.reader, ids),
    firstWordsOf(deps.storage.reader, ids),
  ]);
  return threads.map(({ id, title, created_at, updated_at }) => {
    const first = words.get(id)?.trim().split("\n", 1)[0]?.slice(0, 100);
    return {
      id: names.get(id) ?? id,
      thread_id: id,
      user_id: null,
      created_at,
      updated_at,
      title: title === UNTITLED && first ? first : title,
    };
  });
}

/** What the repository tells agents, where the conversation began. */
async function agentsOf(
  deps: OperationsDeps,
  thread: ThreadRecord,
): Promise<{ path: string; content: string }[]> {
  const project = await findProject(deps.storage.reader, thread.project_id);
  if (!project || thread.base_sha === null) return [];
  const files = await readInstructions(deps, project, thread.base_sha);
  return files.map(({ file, text }) => ({ path: file, content: deps.redact(text) }));
}
