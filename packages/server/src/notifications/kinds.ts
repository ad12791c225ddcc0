import type { BlockReason, Event, EventOf, EventType, NotificationKind } from "@harness/protocol";
import { eventTypes } from "@harness/protocol";
import { budgetReached, budgetWarned } from "./budget-notices.ts";

/** What the log alone does not say about an event. */
export interface About {
  readonly task: { readonly id: string; readonly title: string; readonly branch: string | null } | undefined;
  /** Name of the project, when the event is about one. */
  readonly project: string | undefined;
  /** The newest earlier event of the same family, such as the server's last start or stop. */
  readonly before: Event | undefined;
}

/** Something a person should be told. */
export interface Notice {
  readonly kind: NotificationKind;
  /** What makes it the same thing: a channel is told once of each key. */
  readonly key: string;
  readonly title: string;
  readonly body: string;
  /** Below the address of the server. */
  readonly link: string;
  readonly commands: readonly string[];
}

type Tell<T extends EventType> = (event: EventOf<T>, about: About) => Notice | null;

/** Every event and what a person is told of it; `null` is an event nobody is ever told of. */
const telling: { readonly [T in EventType]: Tell<T> | null } = {
  "server.started": (event, { before }) =>
    before?.type !== "server.started"
      ? null
      : {
          kind: "broken",
          key: `server:${event.seq}`,
          title: "The server came back after a crash",
          body: `It had stopped without notice and was started again at ${event.at}. Tasks that ran go on by themselves.`,
          link: "/",
          commands: ["harness status"],
        },
  "server.stopped": null,
  "process.reaped": null,
  "sandbox.refused": null,
  "network.refused": null,
  "project.registered": null,
  "project.updated": null,
  "project.removed": null,
  "project.file_approved": null,
  "project.file_changed": null,
  "task.queued": null,
  "task.status_changed": null,
  "task.waiting": (event, { task }) => (task ? waiting(event, task) : null),
  "task.unblocked": null,
  "task.accepted": null,
  "task.ended": (event, { task }) => (task ? ended(event, task) : null),
  "task.revised": null,
  "task.landed": null,
  "task.discarded": null,
  "task.prioritized": null,
  "task.rated": null,
  "task.intervened": null,
  "task.intervention_delivered": null,
  "requirements.completed": null,
  "plan.completed": null,
  "module.started": null,
  "module.iterated": null,
  "module.completed": null,
  "attempt.started": null,
  "attempt.ended": null,
  "attempt.fence_rejected": null,
  "stage.started": null,
  "stage.ended": null,
  "workspace.opened": null,
  "workspace.removed": null,
  "snapshot.taken": null,
  "thread.started": null,
  "thread.renamed": null,
  "thread.status_changed": null,
  "thread.snapshot": null,
  "thread.published": null,
  "thread.proof_requested": null,
  "thread.rolled_back": null,
  "thread.compacted": null,
  "thread.deleted": null,
  "input.queued": null,
  "input.changed": null,
  "input.removed": null,
  "approval.requested": ({ thread_id, data: { approval } }, { task, project }) => ({
    kind: "needs_you",
    key: `${approvalKey(approval.id)}asked`,
    title: `${approval.agent} asks${project === undefined ? "" : ` in ${project}`}: ${approval.kind === "question" ? "a question" : "for leave"}`,
    body: approval.summary.slice(0, 500),
    link: task ? `/tasks/${task.id}` : `/threads/${thread_id}`,
    commands:
      approval.kind === "question"
        ? [`harness approval respond ${approval.id} --answer ID="text"`]
        : [
            `harness approval respond ${approval.id} --allow`,
            `harness approval respond ${approval.id} --deny --reason "why"`,
          ],
  }),
  "approval.decided": null,
  "approval.consumed": null,
  "approval_rule.forgotten": null,
  "turn.started": null,
  "turn.waiting": null,
  "turn.resumed": null,
  "turn.steered": null,
  "turn.ended": null,
  "item.started": null,
  "item.completed": null,
  "message.delta": null,
  "tool.output_delta": null,
  "usage.updated": null,
  "turn.warning": null,
  "thread.set_up": null,
  "policy.decided": null,
  "hook.ran": null,
  "policy.rules_ignored": null,
  "evidence.recorded": null,
  "review.completed": null,
  "branch.published": null,
  // An account that used up its quota wakes by itself: nobody has to do anything.
  "account.parked": ({ seq, data }, { before }) =>
    data.cause !== "failures" || (before?.type === "account.parked" && before.data.account === data.account)
      ? null
      : {
          kind: "broken",
          key: `${accountKey(data.account)}${seq}`,
          title: `${data.account} fails again and again`,
          body: `${data.message} Nothing more of it is started until one turn tries it at ${data.wake}.`,
          link: "/",
          commands: ["harness agent list", `harness agent resume ${data.account}`],
        },
  "account.probing": null,
  "account.answered": null,
  "account.stopped": ({ seq, data }, { before }) =>
    before?.type === "account.stopped"
      ? null
      : {
          kind: "needs_you",
          key: `${accountKey(data.account)}${seq}`,
          title: `${data.account} needs a login`,
          body: data.message,
          link: "/",
          commands: [data.fix],
        },
  "account.woken": null,
  "budget.reached": budgetReached,
  "budget.warned": budgetWarned,
  // Told once by the budget itself, not for each task it would have stopped.
  "budget.shadowed": null,
  "storage.full": ({ seq }, { before }) =>
    before?.type === "storage.full"
      ? null
      : {
          kind: "broken",
          key: `storage:${seq}`,
          title: "The disk is full",
          body: "Tasks wait until there is room again.",
          link: "/",
          commands: ["harness doctor"],
        },
  "storage.recovered": null,
  "disk.cleaned": null,
  "notification.sent": null,
  "notification.failed": null,
  "report.created": ({ actor, data }) =>
    // Whoever asked for a report has it before their eyes.
    actor === "person"
      ? null
      : {
          kind: "report",
          key: `report:${data.report_id}`,
          title: "The report is ready",
          body: `It covers ${data.since} to ${data.until}.`,
          link: `/reports/${data.report_id}`,
          commands: [`harness report ${data.report_id}`],
        },
  "grade.assigned": null,
  "token.created": null,
  "token.revoked": null,
  "token.rotated": null,
};

/** What to tell of an event; null when it is nothing for a person. */
export function noticeOf(event: Event, about: About): Notice | null {
  const tell = telling[event.type] as ((event: Event, about: About) => Notice | null) | null;
  return tell?.(event, about) ?? null;
}

/** The beginning of the keys of notices that an event makes untrue: who handled a wait need not be told of it. */
export function obsoleteKeys(event: Event): string | null {
  if (event.type === "task.status_changed" && event.data.from === "waiting") return waitKey(event.task_id);
  // Who waits for something else now does not wait for what it did before.
  if (event.type === "task.waiting") return waitKey(event.task_id);
  if (event.type === "approval.decided") return approvalKey(event.data.approval_id);
  if (event.type === "account.woken") return accountKey(event.data.account);
  return null;
}

/** Whether an event may be told, or makes something untrue that was to be told. */
export function concernsPeople(event: Event): boolean {
  return telling[event.type] !== null || obsoleteKeys(event) !== null;
}

/** The events that are read at all. */
export const followedTypes: readonly EventType[] = [
  ...eventTypes.filter((type) => telling[type] !== null),
  "task.status_changed",
  "account.woken",
];

/** The events that decide together whether one of them says something new. */
export const families: readonly (readonly EventType[])[] = [
  ["server.started", "server.stopped"],
  ["storage.full", "storage.recovered"],
  ["account.parked", "account.stopped", "account.woken"],
];

function waiting(event: EventOf<"task.waiting">, task: NonNullable<About["task"]>): Notice | null {
  const reason = event.data.block_reason;
  if (reason.needs !== "person" || toldByAccount(reason) || known.has(reason.code)) return null;
  // The same attempt that waits for the same thing says it again; a later attempt asks anew.
  const cause = event.actor.startsWith("att_") ? event.actor : reason.since;
  return {
    kind: reason.code === "dead_letter" || reason.code === "crash_loop" ? "broken" : "needs_you",
    key: `${waitKey(task.id)}${reason.code}:${cause}`,
    title: task.title,
    body: reason.message,
    link: `/tasks/${task.id}`,
    commands: reason.unblock.length > 0 ? reason.unblock : [`harness task show ${task.id}`],
  };
}

/** What a person was asked by itself, and what one did. */
const known: ReadonlySet<BlockReason["code"]> = new Set(["approval", "interrupted"]);

/** A login that is missing is told once for its account, not for each task that waits for it. */
function toldByAccount(reason: BlockReason): boolean {
  return reason.code === "auth" && reason.account !== undefined;
}

function ended(event: EventOf<"task.ended">, task: NonNullable<About["task"]>): Notice | null {
  const { status, error } = event.data;
  const notice = {
    key: `ended:${task.id}:${event.seq}`,
    title: task.title,
    link: `/tasks/${task.id}`,
    commands: [`harness task show ${task.id}`],
  };
  switch (status) {
    case "done":
      return {
        ...notice,
        kind: "done",
        body: task.branch ? `Branch ${task.branch} is ready.` : "It is done.",
      };
    case "no_change":
      return { ...notice, kind: "done", body: "It ended without a change." };
    case "failed":
      return {
        ...notice,
        kind: "broken",
        body: error?.message ?? "It failed.",
        commands: [...notice.commands, `harness task retry ${task.id}`],
      };
    case "budget_exhausted":
      return { ...notice, kind: "over_budget", body: error?.message ?? "It used up its budget." };
    default:
      // Whoever cancels a task knows.
      return null;
  }
}

function waitKey(taskId: string | null): string {
  return `wait:${taskId}:`;
}

function accountKey(account: string): string {
  return `account:${account}:`;
}

function approvalKey(id: string): string {
  return `approval:${id}:`;
}
