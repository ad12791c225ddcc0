import { execFileSync } from "node:child_process";
import path from "node:path";
import { makeRepository } from "../../packages/server/test/support/git-fixture.ts";
import { hostileLine, hostilePrograms, hostileRules, hostileSteps, hostileText } from "./hostile-texts.ts";
import { type Showcase, showcase } from "./showcase.ts";

/** A world in which every text somebody may write is hostile. */
export interface HostileWorld extends Showcase {
  /** The pages that show the texts, and the places of the texts that each must show. */
  readonly pages: readonly (readonly [address: string, shows: readonly string[]])[];
}

/** Starts it, and lets every task come to where its texts are shown. */
export async function hostileWorld(): Promise<HostileWorld> {
  // Four of the tasks wait for a person while others work.
  const config = `[concurrency]\nmax_concurrent_tasks = 8\n${hostilePrograms}`;
  const world = await showcase({ steps: hostileSteps, config });
  await hostileProject(world);
  await ruledProject(world);
  const tasks = await hostileTasks(world);
  const { thread_id } = await world.client.call("thread/start", {
    project: "shop",
    agent: "anthropic_api",
    title: hostileLine("thread-title"),
  });
  await world.client.call("turn/start", { thread_id, input: `only talk\n${hostileText("input")}` });
  for await (const { event } of world.client.topic({ topic: `thread:${thread_id}`, after_seq: 0 }))
    if (event.type === "turn.ended") break;
  await world.client.call("report/create", {});
  return Object.defineProperties(world, {
    pages: { value: [...menuPages, ...taskPages(tasks), ...otherPages(thread_id)] },
  }) as HostileWorld;
}

const menuPages: HostileWorld["pages"] = [
  ["/ui/board", ["title"]],
  ["/ui/inbox", ["title", "leave", "question", "option", "justification"]],
  ["/ui/inbox?status=denied", []],
  ["/ui/problems", ["title"]],
  ["/ui/queue", []],
  ["/ui/runs", ["title", "comment"]],
  ["/ui/conversations", ["thread-title"]],
  ["/ui/projects", ["root-folder"]],
  ["/ui/agents", []],
  ["/ui/cost", []],
  ["/ui/operations", []],
  ["/ui/reports", ["title"]],
  ["/ui/settings", ["title"]],
];

type Tasks = Readonly<
  Record<"done" | "leave" | "denied" | "question" | "failed" | "refused" | "hooked" | "ruled", string>
>;

function taskPages(tasks: Tasks): HostileWorld["pages"] {
  const { done, leave, denied, question, failed, refused, hooked, ruled } = tasks;
  return [
    [`/ui/tasks/${done}`, ["title", "label", "prompt", "message", "command", "tool-input", "model"]],
    [`/ui/tasks/${done}?tab=changes`, ["diff", "file-name"]],
    [`/ui/tasks/${done}?tab=evidence`, ["evidence"]],
    [`/ui/tasks/${done}?tab=review`, ["review-summary", "finding-file", "finding-title", "finding-scenario"]],
    [`/ui/tasks/${done}?tab=logs`, ["message"]],
    [`/ui/tasks/${done}?tab=cost`, ["model"]],
    [`/ui/tasks/${done}?tab=attempts`, []],
    [`/ui/tasks/${leave}`, ["leave"]],
    [`/ui/tasks/${denied}`, ["deny-reason"]],
    [`/ui/tasks/${hooked}`, ["hook"]],
    [`/ui/tasks/${hooked}?tab=logs`, ["hook"]],
    [`/ui/tasks/${ruled}`, ["justification"]],
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
    ["/ui/projects/ruled", ["root-folder"]],
    ["/ui/projects/ruled?tab=rules", ["rule-word", "rule-text", "justification"]],
    ["/ui/new?project=shop", []],
    ["/ui/new?project=ruled", []],
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
  const done = await submit("do all of it", { model: hostileLine("model") });
  const leave = await submit("ask for leave", { approvals: { profile: "strict" } });
  const denied = await submit("ask for leave", { approvals: { profile: "strict" } });
  const question = await submit("ask me");
  const hooked = await submit("stopped by a hook");
  const ruled = await submit("asked by a rule", { project: "ruled" });
  const failed = await submit("fail the check");
  const refused = await submit("be refused");
  await Promise.all([done, failed, refused, hooked].map((id) => world.settled(id)));
  for (const task_id of [leave, denied, question, ruled]) await asked(world, task_id);
  const approval_id = await asked(world, denied);
  await world.client.call("approval/respond", {
    approval_id,
    decision: "deny",
    reason: hostileText("deny-reason"),
  });
  await world.client.call("task/rate", { task_id: done, rating: "down", comment: hostileText("comment") });
  return { done, leave, denied, question, failed, refused, hooked, ruled };
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

/** A repository in a folder with a hostile name, whose branches have such names, and whose own rules count. */
async function ruledProject({ client, dir }: Showcase): Promise<void> {
  const root = makeRepository(path.join(dir, hostileLine("root-folder")), {
    ".harness/policy.rules": hostileRules,
    "check.js": "",
  });
  for (const name of ["<img/src=x>", "x$(id)", "safe\u202egnp.exe"])
    execFileSync("git", ["update-ref", `refs/heads/${name}`, "main"], { cwd: root });
  const { file } = await client.call("project/create", { root, id: "ruled", validation: "none" });
  await client.call("project/approve_file", { project: "ruled", sha256: file.sha256 ?? "" });
}
