import path from "node:path";
import { makeRepository } from "../../packages/server/test/support/git-fixture.ts";
import { hostileLine, hostileSteps, hostileText } from "./hostile-texts.ts";
import { type Showcase, showcase } from "./showcase.ts";

/** A world in which every text somebody may write is hostile. */
export interface HostileWorld extends Showcase {
  /** The pages that show the texts, and the places of the texts that each must show. */
  readonly pages: readonly (readonly [address: string, shows: readonly string[]])[];
}

/** Starts it, and lets every task come to where its texts are shown. */
export async function hostileWorld(): Promise<HostileWorld> {
  const world = await showcase({ steps: hostileSteps });
  const tasks = await hostileTasks(world);
  await hostileProject(world);
  const { thread_id } = await world.client.call("thread/start", {
    project: "shop",
    agent: "anthropic_api",
    title: hostileLine("thread-title"),
  });
  await world.client.call("turn/start", { thread_id, input: `only talk\n${hostileText("input")}` });
  for await (const { event } of world.client.topic({ topic: `thread:${thread_id}`, after_seq: 0 }))
    if (event.type === "turn.ended") break;
  return Object.defineProperties(world, {
    pages: { value: [...menuPages, ...taskPages(tasks), ...otherPages(thread_id)] },
  }) as HostileWorld;
}

const menuPages: HostileWorld["pages"] = [
  ["/ui/board", ["title"]],
  ["/ui/inbox", ["title", "leave", "question", "option"]],
  ["/ui/inbox?status=denied", []],
  ["/ui/problems", ["title"]],
  ["/ui/queue", []],
  ["/ui/runs", ["title", "comment"]],
  ["/ui/conversations", ["thread-title"]],
  ["/ui/projects", []],
  ["/ui/agents", []],
  ["/ui/cost", []],
  ["/ui/operations", []],
  ["/ui/settings", []],
];

type Tasks = Readonly<Record<"done" | "leave" | "denied" | "question" | "failed" | "refused", string>>;

function taskPages({ done, leave, denied, question, failed, refused }: Tasks): HostileWorld["pages"] {
  return [
    [`/ui/tasks/${done}`, ["title", "label", "prompt", "message", "command", "tool-input"]],
    [`/ui/tasks/${done}?tab=changes`, ["diff", "file-name"]],
    [`/ui/tasks/${done}?tab=evidence`, ["evidence"]],
    [`/ui/tasks/${done}?tab=review`, ["review-summary", "finding-file", "finding-title", "finding-scenario"]],
    [`/ui/tasks/${done}?tab=logs`, ["message"]],
    [`/ui/tasks/${done}?tab=cost`, []],
    [`/ui/tasks/${done}?tab=attempts`, []],
    [`/ui/tasks/${leave}`, ["leave"]],
    [`/ui/tasks/${denied}`, ["deny-reason"]],
    [`/ui/tasks/${question}`, ["question", "option"]],
    [`/ui/tasks/${failed}?tab=evidence`, ["failure"]],
    [`/ui/tasks/${refused}`, ["error"]],
    [`/ui/tasks/${refused}?tab=attempts`, ["error"]],
  ];
}

function otherPages(thread_id: string): HostileWorld["pages"] {
  const word = (place: string) => encodeURIComponent(hostileLine(place));
  return [
    [`/ui/conversations/${thread_id}`, ["thread-title", "input", "talk"]],
    ["/ui/projects/shop", []],
    ["/ui/projects/shop?tab=templates", ["template"]],
    ["/ui/projects/other", []],
    ["/ui/projects/other?tab=file", ["project-file", "project-rules"]],
    ["/ui/projects/other?tab=rules", []],
    ["/ui/new?project=shop", []],
    [`/ui/new?project=${word("project")}&prompt=${word("address")}`, []],
    [`/ui/runs?q=${word("search")}&project=${word("project")}`, []],
    [`/ui/board?q=${word("search")}&project=${word("project")}`, []],
    [`/ui/tasks/${word("no-task")}`, []],
    [`/ui/projects/${word("no-project")}`, []],
    [`/ui/conversations/${word("no-thread")}`, []],
  ];
}

/** One task for each way a task may end or wait. */
async function hostileTasks(world: Showcase): Promise<Tasks> {
  const submit = (words: string, more: Parameters<Showcase["submit"]>[1] = {}) =>
    world.submit(`${words}\n${hostileText("prompt")}`, {
      title: hostileLine("title"),
      labels: [wordOfLabel],
      max_attempts: 1,
      ...more,
    });
  const done = await submit("do all of it");
  const leave = await submit("ask for leave", { approvals: { profile: "strict" } });
  const denied = await submit("ask for leave", { approvals: { profile: "strict" } });
  const question = await submit("ask me");
  const failed = await submit("fail the check");
  const refused = await submit("be refused");
  await Promise.all([done, failed, refused].map((id) => world.settled(id)));
  for (const task_id of [leave, denied, question]) await asked(world, task_id);
  const approval_id = await asked(world, denied);
  await world.client.call("approval/respond", {
    approval_id,
    decision: "deny",
    reason: hostileText("deny-reason"),
  });
  await world.client.call("task/rate", { task_id: done, rating: "down", comment: hostileText("comment") });
  return { done, leave, denied, question, failed, refused };
}

const wordOfLabel = "label-was-here<img src=x onerror=globalThis.ran=1>";

async function asked({ client }: Showcase, task_id: string): Promise<string> {
  for (;;) {
    const [first] = (await client.call("approval/list", { task_id })).data;
    if (first) return first.id;
    for await (const { event } of client.topic({ topic: `task:${task_id}`, after_seq: 0 }))
      if (event.type === "approval.requested") break;
  }
}

/** What stands in the settings of a project, in its own file and in its rules. */
async function hostileProject({ client, dir }: Showcase): Promise<void> {
  await client.call("template/set", { project: "shop", name: "hostile", prompt: hostileText("template") });
  await client.call("project/update", { project: "shop", protected_paths: [hostileLine("protected-path")] });
  const root = makeRepository(path.join(dir, "other"), {
    ".harness/config.toml": `# ${hostileLine("project-file")}\n`,
    ".harness/policy.rules": `# ${hostileLine("project-rules")}\n`,
  });
  await client.call("project/create", { root, id: "other", validation: "none" });
}
