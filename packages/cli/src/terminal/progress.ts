import { type EventType, eventData, type Item, type StreamItem } from "@harness/protocol";
import type { z } from "zod";
import { neutralLine } from "./neutral.ts";
import type { Screen, Tone } from "./screen.ts";
import { commandText, count, duration, share, shortSha, statusTone, statusWord, usageText } from "./words.ts";

/** A line for reading, and its colour. */
type Told = readonly [text: string, tone?: Tone];
type DataOf<T extends EventType> = z.output<(typeof eventData)[T]>;
type Teller<T extends EventType> = (data: DataOf<T>) => Told | undefined;

const tellers: { readonly [T in EventType]?: Teller<T> } = {
  "server.started": ({ version, pid }) => [`server ${version} started, process ${pid}`],
  "server.stopped": ({ reason }) => [`server stopped: ${reason}`],
  "network.refused": ({ host, why }) => [`network: ${host} was refused: ${why}`, "yellow"],
  "sandbox.refused": ({ operation, asked, most }) => [
    `${operation} asked for ${asked}; ${most} is the most the operator allows`,
    "yellow",
  ],
  "process.reaped": ({ pid }) => [`process ${pid} of a dead server was ended`, "yellow"],
  "project.registered": ({ name, root }) => [`project ${name} registered: ${root}`],
  "project.updated": ({ changed }) => [`project changed: ${changed.join(", ")}`],
  "project.removed": ({ name }) => [`project ${name} removed`],
  "project.file_approved": () => ["the project's own settings were approved"],
  "project.file_changed": () => ["the project's own settings changed", "yellow"],
  "task.queued": ({ title, reason }) => [`queued: ${title} (${reason})`],
  "task.status_changed": ({ to, reason }) => [`${statusWord(to)} (${reason})`, statusTone(to)],
  "task.waiting": ({ block_reason }) => [
    `waits: ${block_reason.message} (${block_reason.code}). ${block_reason.unblock.map((c) => `Run: ${c}`).join(" or ")}`,
    "yellow",
  ],
  "task.unblocked": ({ code, by }) => [`no longer waits for ${code}, thanks to ${by}`],
  "task.accepted": ({ code }) => [`a person accepted ${code}`, "yellow"],
  "task.ended": ({ status, error }) => [
    `${statusWord(status)}${error ? `: ${error.message} (${error.code})` : ""}`,
    statusTone(status),
  ],
  "task.intervened": ({ number, guidance }) => [`guidance ${number}: ${guidance}`, "cyan"],
  "task.intervention_delivered": ({ number, delivered }) => [
    `guidance ${number} was heard: ${delivered === "steered" ? "by the running turn" : "with the prompt of a round"}`,
  ],
  "plan.completed": ({ modules }) => [
    modules.length > 0 ? `  plan: ${modules.join(", ")}` : "  plan, as plain text",
  ],
  "module.started": ({ module }) => [`  module ${module} begun`],
  "module.iterated": ({ module, iteration, test_pass_rate, quality_score }) => [
    `  module ${module ?? "(none)"}, round ${iteration}: tests ${share(test_pass_rate)}, score ${share(quality_score)}`,
  ],
  "module.completed": ({ module }) => [`  module ${module} complete`, "green"],
  "attempt.started": ({ number }) => [`attempt ${number}`, "bold"],
  "attempt.ended": ({ status, reason }) => [
    `attempt ${status}: ${reason}`,
    status === "succeeded" ? "dim" : "yellow",
  ],
  "attempt.fence_rejected": ({ write }) => [
    `a late write of an older attempt was refused: ${write}`,
    "yellow",
  ],
  "stage.started": ({ stage, round }) => [`▸ ${stage}${round > 0 ? ` (round ${round})` : ""}`, "cyan"],
  "stage.ended": ({ stage, outcome, detail, duration_ms }) => [
    `  ${outcome === "ok" || outcome === "inherited" ? "✓" : "✗"} ${stage} ${outcome}, ${duration(duration_ms)}${detail ? `: ${detail}` : ""}`,
    outcome === "ok" || outcome === "inherited" ? "green" : outcome === "skipped" ? "dim" : "red",
  ],
  "workspace.opened": ({ sandbox, base_sha }) => [
    `  workspace at ${shortSha(base_sha)}, sandbox ${sandbox.driver}, network ${sandbox.network}`,
    sandbox.driver === "none" ? "red" : "dim",
  ],
  "snapshot.taken": ({ commit, files, insertions, deletions, skipped }) => [
    `  snapshot ${shortSha(commit)}: ${files} files, +${insertions} -${deletions}${skipped.length > 0 ? `, ${skipped.length} left out` : ""}`,
  ],
  "turn.started": ({ role, agent, model, strategy }) => [
    `  ${role}: ${[agent, model].filter(Boolean).join(" / ")}${strategy ? `, ${strategy.strategy}: ${strategy.reason}` : ""}`,
  ],
  "turn.ended": ({ status, failure, usage }) => [
    `  turn ${status}${failure ? `: ${failure.message} (${failure.code})` : ""}${usage ? `, ${usageText(usage)}` : ""}`,
    status === "completed" ? "dim" : "red",
  ],
  "turn.waiting": ({ approval_id, reason }) => [`  waits: ${reason} (${approval_id})`, "yellow"],
  "turn.resumed": () => ["  goes on with the answer"],
  "thread.started": ({ title, agent }) => [`thread ${title}, with ${agent}`, "bold"],
  "thread.published": ({ branch, commit }) => [
    `branch ${branch} at ${shortSha(commit)}, CLAIMED: neither validated nor reviewed`,
    "yellow",
  ],
  "thread.proof_requested": ({ checkpoint }) => [`checkpoint ${shortSha(checkpoint)} is to be proven`],
  "thread.rolled_back": ({ turns }) => [`went back to before ${count(turns.length, "turn")}`, "yellow"],
  "thread.set_up": ({ ok, cached }) => [
    `  setup ${cached ? "taken from the cache" : ok ? "done" : "failed"}`,
    ok ? "dim" : "red",
  ],
  "thread.compacted": () => ["the conversation was summed up"],
  "thread.deleted": ({ title }) => [`thread ${title} deleted`, "dim"],
  "thread.snapshot": ({ commit, files, insertions, deletions }) => [
    `  snapshot ${shortSha(commit)}: ${files} files, +${insertions} -${deletions}`,
    "dim",
  ],
  "input.queued": ({ text }) => [`  queued: ${text}`, "dim"],
  "input.changed": ({ text }) => [`  in the queue now: ${text}`, "dim"],
  "input.removed": ({ why }) => (why === "removed" ? ["  taken out of the queue", "dim"] : undefined),
  "approval.requested": ({ approval }) => [`  asks: ${approval.summary} (${approval.id})`, "yellow"],
  "approval.decided": ({ status, reason }) => [`  ${status}${reason ? `: ${reason}` : ""}`, "dim"],
  "item.completed": ({ item }) => itemLine(item),
  "turn.warning": ({ message }) => [`  warning: ${message}`, "yellow"],
  "policy.decided": ({ action, decision, reason }) =>
    decision === "allow"
      ? [`  allowed ${action}: ${reason}`, "dim"]
      : [`  denied ${action}: ${reason}`, "yellow"],
  "hook.ran": ({ hook, event, outcome, detail }) =>
    outcome === "passed"
      ? undefined
      : [
          `  hook ${hook} (${event}) ${outcome}${detail ? `: ${detail}` : ""}`,
          outcome === "allowed" ? "dim" : "yellow",
        ],
  "policy.rules_ignored": ({ paths }) => [
    `  changed ${paths.join(", ")}: without effect, the rules of the base branch count`,
    "yellow",
  ],
  "evidence.recorded": ({ evidence }) => [
    `  ${evidence.passed ? "✓" : "✗"} ${commandText(evidence.command)} → ${evidence.exit_code ?? evidence.reason} in ${duration(evidence.duration_ms)}, on ${shortSha(evidence.commit)}`,
    evidence.passed ? "green" : "red",
  ],
  "review.completed": ({ review }) => [
    `  review by ${review.agent}: ${review.verdict}, ${review.findings.length} findings. ${review.summary}`,
    review.verdict === "approved" ? "green" : "yellow",
  ],
  "branch.published": ({ branch, commit }) => [`  branch ${branch} at ${shortSha(commit)}`, "green"],
  "grade.assigned": ({ grade }) => [`  grade ${grade.letter ?? "none"} (${grade.formula})`],
};

/** One line for an event, or nothing for events that only feed others (deltas, usage, starts of items). */
export function eventLine(type: string, data: unknown): Told | undefined {
  if (!Object.hasOwn(eventData, type)) return [type, "dim"];
  const known = type as EventType;
  const parsed = eventData[known].safeParse(data);
  const teller = tellers[known] as Teller<EventType> | undefined;
  if (teller === undefined) return undefined;
  return parsed.success ? teller(parsed.data as DataOf<EventType>) : [type, "dim"];
}

/** One line for a frame of a task's stream, or nothing. */
export function streamLine(item: StreamItem): Told | undefined {
  switch (item.type) {
    case "item_completed":
      return itemLine(item.item);
    case "warning":
      return [`  warning: ${item.message}`, "yellow"];
    case "error":
      return [`  ${item.message} (${item.code})`, "red"];
    case "approval_request":
      return [`  asks: ${item.command}`, "yellow"];
    case "event":
      return eventLine(item.event, item.data);
    default:
      return undefined;
  }
}

/** Writes a told line, neutral and painted; a long one is cut unless all of it was asked for. */
export function tell(told: Told | undefined, screen: Screen, before = "", whole = false): void {
  if (told === undefined) return;
  const text = neutralLine(told[0]);
  const room = whole ? Number.POSITIVE_INFINITY : screen.width * 3;
  screen.line(`${before}${screen.paint(told[1], text.length > room ? `${text.slice(0, room)}…` : text)}`);
}

/** One line for a finished item, or nothing for what an agent thought to itself. */
export function itemLine(item: Item): Told | undefined {
  switch (item.kind) {
    case "message":
      return item.role === "user" ? [`  > ${item.text ?? ""}`, "bold"] : [`  │ ${item.text ?? ""}`];
    case "command":
      return [
        `  $ ${item.command ?? ""}${item.exit_code == null ? "" : ` → ${item.exit_code}`}`,
        item.exit_code ? "red" : "dim",
      ];
    case "file_change":
      return [`  ✎ ${item.path ?? ""}`, "dim"];
    case "tool_call":
      return [
        `  ⚙ ${item.name ?? "tool"} ${item.input === undefined ? "" : JSON.stringify(item.input)}`,
        "dim",
      ];
    case "plan":
      return [`  plan: ${item.text ?? ""}`, "dim"];
    case "error":
      return [`  ${item.text ?? "error"}`, "red"];
    case "unknown":
      return [`  ? ${item.name ?? item.text ?? "something this version does not know"}`, "dim"];
    case "reasoning":
      return undefined;
    case "approval":
      // What was decided is told by `policy.decided`, in the words of who decided.
      return undefined;
  }
}
