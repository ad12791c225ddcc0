import { type Showcase, showcase } from "./showcase.ts";

/** A server with a task in every state people meet, a conversation, and the address of every page. */
export interface FullWorld extends Showcase {
  /** Every page by a name for its picture. */
  readonly pages: Readonly<Record<string, string>>;
  /** The title of the task that is done. */
  readonly done: string;
}

const menu = [
  ...["board", "inbox", "problems", "queue", "runs", "conversations", "projects", "agents", "cost"],
  ...["operations", "reports", "settings"],
];
const tabs = ["conversation", "changes", "evidence", "review", "logs", "cost", "attempts"];
const done = "Mend the sum of the basket";

/** Starts it and waits until each task is where it should be. */
export async function fullWorld(): Promise<FullWorld> {
  const world = await showcase({ config: "[concurrency]\nmax_concurrent_tasks = 3" });
  const { client, submit, until } = world;
  const first = await submit("Mend the sum", { title: done, labels: ["money"] });
  const failed = await submit("break it", { title: "Make the basket multiply", max_attempts: 1 });
  await Promise.all([first, failed].map(world.settled));
  const working = await submit("think long about it", { title: "Look at the whole basket" });
  const asks = await submit("ask for leave first", {
    title: "Mend the sum, with leave",
    approvals: { profile: "strict" },
  });
  await submit("Write it down", { title: "Write down how sums are made", depends_on: [working] });
  const cancelled = await submit("think long, then not", { title: "Paint the basket blue" });
  await client.call("task/cancel", { task_id: cancelled });
  await client.call("task/rate", { task_id: first, rating: "up", comment: "Small and right." });
  const { thread_id } = await client.call("thread/start", {
    project: "shop",
    agent: "anthropic_api",
    title: "What is in the basket?",
  });
  await client.call("turn/start", { thread_id, input: "What is in the basket?" });
  for await (const { event } of client.topic({ topic: `thread:${thread_id}`, after_seq: 0 }))
    if (event.type === "turn.ended") break;
  await until(working, ({ turns }) => turns.length > 0);
  for (let pending = 0; pending === 0; )
    pending = (await client.call("approval/list", { task_id: asks })).data.length;
  const pages = {
    ...Object.fromEntries(menu.map((name) => [name, `/ui/${name}`])),
    ...Object.fromEntries(tabs.map((tab) => [`task-${tab}`, `/ui/tasks/${first}?tab=${tab}`])),
    "task-failed": `/ui/tasks/${failed}?tab=evidence`,
    "task-working": `/ui/tasks/${working}`,
    "task-asks": `/ui/tasks/${asks}`,
    "board-by-state": "/ui/board?by=state",
    talk: `/ui/conversations/${thread_id}`,
    project: "/ui/projects/shop",
    "new-task": "/ui/new?project=shop",
  };
  return Object.defineProperties(world, {
    pages: { value: pages },
    done: { value: done },
  }) as FullWorld;
}
