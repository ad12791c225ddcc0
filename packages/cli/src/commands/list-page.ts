import type { ListTask, SubmittedList } from "@harness/protocol";
import type { Context } from "../command.ts";
import { neutralLine } from "../terminal/neutral.ts";
import type { Screen } from "../terminal/screen.ts";
import { told } from "../terminal/told.ts";
import { count, duration, shortId, statusTone, statusWord } from "../terminal/words.ts";

/** What became of a list, or would: problems, or the tasks in the order of their starts, and what they may use in all. */
export function showList(list: SubmittedList, context: Context): void {
  const { out, err } = context;
  for (const { line, text, reason } of list.skipped)
    err.line(
      `left out, line ${line}: ${reason === "checked" ? "done" : "no list item"}: ${neutralLine(text)}`,
    );
  if (list.problems.length > 0) {
    for (const { line, column, message, hint } of list.problems)
      out.line(`${line}:${column ?? 1}  ${neutralLine(hint === undefined ? message : `${message} ${hint}`)}`);
    err.line(`${count(list.problems.length, "problem")}: nothing of this list would be submitted.`);
    return;
  }
  showTasks(list, context);
  for (const { items, message } of list.warnings)
    err.line(err.paint("yellow", neutralLine(`${items.map((item) => `#${item}`).join(", ")}: ${message}`)));
  err.line(totalsText(list));
  const { ahead } = list.totals;
  if (list.dry_run && ahead > 0)
    err.line(
      `${count(ahead, "task")} of these projects ahead of them, running or queued; not in this order.`,
    );
  err.line(outcomeText(list));
}

function outcomeText({ dry_run, list_id, tasks }: SubmittedList): string {
  if (tasks.length === 0) return "Nothing is left to submit: every item is ticked off.";
  if (dry_run) return "Nothing was submitted. Submit it: the same without --dry-run.";
  return `Submitted. Follow: harness task list --list-id ${list_id ?? ""}`;
}

function showTasks(list: SubmittedList, { out }: Context): void {
  const starts = new Map(list.order.map((start) => [start.item, start.text]));
  const byItem = new Map(list.tasks.map((task) => [task.item, task]));
  const rows = list.order.flatMap(({ item }) => byItem.get(item) ?? []);
  const startOf = ({ item }: ListTask) => starts.get(item) ?? "";
  if (out.isTerminal) {
    for (const task of rows) showTask(task, startOf(task), out);
    return;
  }
  out.table(rows, [
    { head: "item", cell: itemText },
    ...(list.dry_run
      ? []
      : [
          { head: "id", cell: ({ task_id }: ListTask) => task_id ?? "" },
          { head: "status", cell: ({ status }: ListTask) => status ?? "" },
        ]),
    { head: "starts", cell: startOf },
    { head: "project", cell: ({ project }) => project },
    { head: "task", cell: ({ title }) => title },
    { head: "priority", cell: priorityText },
    { head: "agent", cell: agentText },
    { head: "limits", cell: limitsText },
  ]);
}

function showTask(task: ListTask, start: string, out: Screen): void {
  const { task_id, status, project, title, priority } = task;
  const state =
    status === null
      ? ""
      : `  ${out.paint(statusTone(status), `${statusWord(status)} ${shortId(task_id ?? "")}`)}`;
  const head = `${out.paint("bold", neutralLine(itemText(task)))}  ${neutralLine(`${project}: ${title}`)}${state}`;
  const urgency = priority === 0 ? "" : `, ${priorityText(task)} priority`;
  told(out, head, `starts ${start}${urgency}, by ${agentText(task)}; ${limitsText(task)}`);
}

function itemText({ item, key }: ListTask): string {
  return key === null ? `#${item}` : `#${item} ${key}`;
}

function priorityText({ priority }: ListTask): string {
  return ["normal", "high", "urgent"][priority] ?? String(priority);
}

function agentText({ agent, template }: ListTask): string {
  return template === null ? agent : `${agent} (${template})`;
}

function limitsText({ limits }: ListTask): string {
  const { max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts, max_rounds } = limits;
  return [
    max_budget_usd === null ? "no cap" : `$${max_budget_usd}`,
    ...(max_tokens === null ? [] : [`${max_tokens.toLocaleString("en-US")} tokens`]),
    ...(max_wall_secs === null ? [] : [`${duration(max_wall_secs * 1000)} in all`]),
    ...(max_turns === null ? [] : [count(max_turns, "turn")]),
    count(max_attempts, "attempt"),
    count(max_rounds, "round"),
    `${duration(limits.turn_timeout_secs * 1000)} a turn`,
    `${duration(limits.max_wait_secs * 1000)} a wait`,
    `${count(limits.no_progress_turns, "turn")} without progress`,
    `${limits.same_failure_times} times the same failure`,
  ].join(", ");
}

function totalsText({ totals }: SubmittedList): string {
  const money = totals.max_budget_usd === null ? "no cap on the sum" : `at most $${totals.max_budget_usd}`;
  const tokens =
    totals.max_tokens === null ? "" : `, at most ${totals.max_tokens.toLocaleString("en-US")} tokens`;
  return `${count(totals.tasks, "task")} in ${count(totals.projects, "project")}, ${money}${tokens}`;
}
