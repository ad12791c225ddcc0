import type { LandingOrder, Result } from "@harness/protocol";
import { neutralLine } from "../terminal/neutral.ts";
import type { Screen, Tone } from "../terminal/screen.ts";
import { count, duration, shortSha, stamp, statusTone, statusWord } from "../terminal/words.ts";
import { wrapped } from "../terminal/wrap.ts";

type Page = Result<"report/get">;

/** The report for a terminal: what needs somebody first, each line with the command that comes next. */
export function showReport(report: Page, out: Screen): void {
  const { counts } = report;
  const tone: Tone = counts.needs_you + counts.failed > 0 ? "yellow" : "green";
  out.line(
    out.paint(
      tone,
      `${counts.finished} finished, ${counts.needs_you} ${counts.needs_you === 1 ? "needs" : "need"} you, ${counts.failed} failed`,
    ),
  );
  const where = report.project === null ? "all projects" : neutralLine(report.project);
  out.line(
    out.paint("dim", `${stamp(report.since).slice(0, 16)} to ${stamp(report.until)}, ${where}, ${report.id}`),
  );
  needs(report, out);
  finished(report, out);
  for (const order of report.landing) landing(order, out);
  failed(report, out);
  goingOn(report, out);
  spend(report, out);
  accounts(report, out);
  const { starts, crashes } = report.server;
  if (starts > 0) {
    section(out, "Server");
    out.line(
      out.paint(
        crashes > 0 ? "yellow" : undefined,
        `  started ${count(starts, "time")}, ${crashes} after a crash`,
      ),
    );
  }
  if (report.cut.length > 0)
    out.line(out.paint("yellow", `There is more than is shown of: ${report.cut.join(", ")}.`));
}

function section(out: Screen, title: string): void {
  out.line();
  out.line(out.paint("bold", neutralLine(title)));
}

/** A mark that says in words and colour what the line is, then text of others, broken to the width. */
function entry(out: Screen, tone: Tone | undefined, mark: string, text: string): void {
  for (const [at, line] of wrapped(neutralLine(text), out.width - 2 - mark.length - 1).entries())
    out.line(at === 0 ? `  ${out.paint(tone, mark)} ${line}` : `  ${" ".repeat(mark.length)} ${line}`);
}

function detail(out: Screen, text: string): void {
  for (const line of wrapped(neutralLine(text), out.width - 6)) out.line(`      ${line}`);
}

/** On one line whatever the width: a command that is broken cannot be pasted. */
function command(out: Screen, text: string | null): void {
  if (text !== null) out.line(`      ${out.paint("bold", neutralLine(text))}`);
}

function named(line: { readonly project: string | null; readonly title: string }): string {
  return line.project === null ? line.title : `${line.project}: ${line.title}`;
}

function needs({ needs_you }: Page, out: Screen): void {
  if (needs_you.length > 0) section(out, "Needs you");
  for (const need of needs_you) {
    entry(out, "yellow", "◆", `${named(need)}, waiting ${duration(need.age_ms)} for ${need.code}`);
    detail(out, need.reason);
    if (need.expires_at !== null) detail(out, `fails ${stamp(need.expires_at)}`);
    command(out, need.command);
  }
}

function finished({ finished: tasks }: Page, out: Screen): void {
  if (tasks.length > 0) section(out, "Finished");
  for (const task of tasks) {
    const [mark = ""] = statusWord(task.status).split(" ");
    entry(
      out,
      statusTone(task.status),
      mark,
      `${named(task)}${task.branch ? `, branch ${task.branch}` : ""}`,
    );
    if (task.status === "done")
      detail(out, `${proofText(task)}; ${reviewText(task)}; grade ${task.grade ?? "none"}`);
    const size = task.changes
      ? `${task.changes.files} ${task.changes.files === 1 ? "file" : "files"} +${task.changes.insertions} -${task.changes.deletions}, `
      : "";
    const took = task.duration_ms === null ? "" : `, ${duration(task.duration_ms)}`;
    detail(out, `${size}cost ${money(task.cost_usd)}, attempts ${task.attempts}${took}`);
    if (task.accepted.length > 0) detail(out, `accepted by a person: ${task.accepted.join(", ")}`);
    if (task.landed) detail(out, `landed in ${task.landed.branch} as ${shortSha(task.landed.commit)}`);
    if (task.discarded_at) detail(out, "discarded");
    command(out, task.command);
  }
}

function proofText({ evidence }: Page["finished"][number]): string {
  if (evidence.state !== "passed") return `not verified (${evidence.state})`;
  const { counts } = evidence;
  const counted = counts
    ? ` (${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped)`
    : "";
  return `VERIFIED on ${shortSha(evidence.commit)}: ${evidence.commands.join(", ") || "validation"} passed${counted}`;
}

function reviewText({ review }: Page["finished"][number]): string {
  return review.agent === null ? `review ${review.state}` : `review ${review.state} by ${review.agent}`;
}

const outcomes: Readonly<Record<LandingOrder["order"][number]["outcome"], readonly [string, Tone]>> = {
  lands: ["lands", "green"],
  conflicts: ["conflicts", "red"],
  after_dependency: ["later", "yellow"],
  unknown: ["unknown", "yellow"],
};

function landing(order: LandingOrder, out: Screen): void {
  if (order.order.length === 0 && order.problem === null) return;
  section(out, `Landing order of ${order.project} into ${order.base_branch}`);
  if (order.problem !== null) entry(out, "red", "✗", order.problem);
  else if (!order.complete) out.line(out.paint("yellow", "  Not every pair of branches could be tried."));
  if (order.left_out) out.line(out.paint("yellow", "  Only the newest branches were looked at."));
  const titles = new Map(order.order.map((step) => [step.task_id, step.title]));
  for (const [at, step] of order.order.entries()) {
    const [word, tone] = outcomes[step.outcome];
    entry(out, tone, `${at + 1}. ${word}`, `${step.title} (${step.branch})`);
    const others = step.with.map((id) => titles.get(id) ?? id).join(", ");
    if (step.outcome === "conflicts")
      detail(
        out,
        `with ${others || against(order, at)}${step.files.length > 0 ? ` in ${step.files.join(", ")}` : ""}`,
      );
    if (step.outcome === "after_dependency") detail(out, `waits for ${others}`);
    if (step.outcome === "unknown") detail(out, step.why);
    command(out, step.command);
  }
}

function failed({ failed: tasks }: Page, out: Screen): void {
  if (tasks.length > 0) section(out, "Failed");
  for (const task of tasks) {
    const [mark = ""] = statusWord(task.status).split(" ");
    entry(out, statusTone(task.status), mark, `${named(task)}, ${task.error.code}`);
    detail(out, task.error.message);
    detail(out, task.head_sha === null ? "no work was kept" : `work kept at ${shortSha(task.head_sha)}`);
    command(out, task.command);
  }
}

function goingOn({ going_on, counts }: Page, out: Screen): void {
  if (going_on.length === 0) return;
  section(out, `Going on: ${counts.running} running, ${counts.queued} queued, ${counts.waiting} waiting`);
  for (const task of going_on) {
    const [mark = ""] = statusWord(task.status).split(" ");
    const why = task.code === null ? "" : ` for ${task.code}`;
    const until = task.until === null ? "" : ` until ${stamp(task.until)}`;
    entry(out, statusTone(task.status), mark, `${named(task)}, ${task.status}${why}${until}`);
  }
}

function spend({ spend: { total, by, nights } }: Page, out: Screen): void {
  if (total.turns === 0 && nights.length === 0) return;
  section(out, `Spend: ${money(total.cost_usd, total.cost_known_usd)}`);
  if (by.length > 0)
    out.table(by, [
      { head: "project", cell: ({ project }) => project, elastic: true },
      { head: "agent", cell: ({ agent }) => agent },
      { head: "turns", cell: ({ turns }) => String(turns), alignRight: true },
      { head: "tokens", cell: (sum) => String(sum.input_tokens + sum.output_tokens), alignRight: true },
      { head: "cost", cell: (sum) => money(sum.cost_usd, sum.cost_known_usd), alignRight: true },
      { head: "time", cell: ({ wall_ms }) => duration(wall_ms), alignRight: true },
    ]);
  for (const night of nights) {
    const left = night.left?.usd == null ? "" : `, ${money(night.left.usd)} left`;
    const tokens = night.left?.tokens == null ? "" : `, ${night.left.tokens} tokens left`;
    out.line(
      `  night of ${stamp(night.begins_at)}, ${neutralLine(night.project ?? "all projects")}: ${money(night.cost_usd)}, ${night.total_tokens} tokens${left}${tokens}`,
    );
  }
}

function accounts({ accounts: all }: Page, out: Screen): void {
  if (all.length > 0) section(out, "Accounts");
  for (const account of all) {
    const until = account.until === null ? "" : ` until ${stamp(account.until)}`;
    const tone: Tone = account.state === "ok" ? "green" : account.state === "parked" ? "yellow" : "red";
    entry(
      out,
      tone,
      account.state,
      `${account.account}${until}, parked ${account.parked} times, stopped ${account.stopped} times`,
    );
    if (account.message !== "") detail(out, account.message);
    command(out, account.command);
  }
}

/** What a branch conflicts with that conflicts with no other one: the base, as it is or as it will be by then. */
function against({ order, base_branch }: LandingOrder, at: number): string {
  const landed = order.slice(0, at).some(({ outcome }) => outcome === "lands");
  return landed ? `${base_branch} as it is by then` : base_branch;
}

function money(usd: number | null, known = 0): string {
  if (usd !== null) return `$${usd.toFixed(2)}`;
  return known > 0 ? `unknown (at least $${known.toFixed(2)})` : "unknown";
}
