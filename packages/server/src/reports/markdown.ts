import {
  type LandingOrder,
  type LandingStep,
  type Report,
  type ReportFinished,
  span,
} from "@harness/protocol";
import { clock, code, many, money, plain, proof } from "./wording.ts";

/** The report on one page of Markdown, for a mail, a notification or an issue. What needs somebody comes first. */
export function reportMarkdown(report: Report): string {
  const { counts } = report;
  const lines = [
    `# ${counts.finished} finished, ${counts.needs_you} ${counts.needs_you === 1 ? "needs" : "need"} you, ${counts.failed} failed`,
    "",
    `${clock(report.since)} to ${clock(report.until)}, ${report.project === null ? "all projects" : `project ${plain(report.project)}`}. Running ${counts.running}, queued ${counts.queued}, waiting ${counts.waiting}, cancelled ${counts.cancelled}. Report ${code(report.id)}.`,
    ...section("Needs you", needs(report)),
    ...section("Finished", report.finished.flatMap(finished)),
    ...report.landing.flatMap((order) => landing(order)),
    ...section("Failed", failed(report)),
    ...section("Going on", goingOn(report)),
    ...spend(report),
    ...section("Accounts", accounts(report)),
    ...section("Server", server(report)),
  ];
  if (report.cut.length > 0)
    lines.push("", `There is more than is shown of: ${report.cut.map((name) => plain(name)).join(", ")}.`);
  return `${lines.join("\n")}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines];
}

function heading(line: { readonly project: string | null; readonly title: string }): string {
  return `**${line.project === null ? "" : `${plain(line.project)}: `}${plain(line.title)}**`;
}

function needs({ needs_you }: Report): string[] {
  return needs_you.flatMap((need) => {
    const limit = need.expires_at === null ? "" : `, fails ${clock(need.expires_at)}`;
    return [
      `- ${heading(need)} waits for ${plain(need.code)} since ${clock(need.since)} (${span(need.age_ms)}${limit}): ${plain(need.reason)}`,
      ...(need.command === null ? [] : [`  - ${code(need.command)}`]),
    ];
  });
}

function finished(task: ReportFinished): string[] {
  const { changes, review } = task;
  const size = changes ? `, ${many(changes.files, "file")} +${changes.insertions} -${changes.deletions}` : "";
  const where =
    task.branch === null
      ? "no change"
      : `branch ${code(task.branch)} at ${task.commit?.slice(0, 10) ?? "no commit"}${size}`;
  const reviewed =
    review.state === "none" || review.state === "waived"
      ? "not reviewed"
      : `review ${plain(review.state)}${review.agent === null ? "" : ` by ${plain(review.agent)}`} (${many(review.rounds, "round")})`;
  const took = task.duration_ms === null ? "" : `, ${span(task.duration_ms)}`;
  const accepted =
    task.accepted.length === 0 ? "" : `; accepted by a person: ${plain(task.accepted.join(", "))}`;
  const cost = `cost ${money(task.cost_usd)}, ${many(task.total_tokens, "token")}, ${many(task.attempts, "attempt")}${took}`;
  return [
    `- ${heading(task)}: ${where}`,
    ...(task.status === "done"
      ? [`  - ${proof(task.evidence, plain)}; ${reviewed}; grade ${task.grade ?? "none"}${accepted}`]
      : []),
    `  - ${cost}`,
    `  - ${after(task)}`,
  ];
}

function after(task: ReportFinished): string {
  if (task.landed !== null)
    return `landed in ${code(task.landed.branch)} as ${task.landed.commit.slice(0, 10)}`;
  if (task.discarded_at !== null) return `discarded ${clock(task.discarded_at)}`;
  if (task.command !== null) return code(task.command);
  return task.status === "done" ? `is in ${code(task.base_branch)} already` : "nothing to do";
}

function landing(order: LandingOrder): string[] {
  const title = `Landing order of ${plain(order.project)} into ${plain(order.base_branch)}`;
  const notes = [
    ...(order.problem === null ? [] : [`Could not be found out: ${plain(order.problem)}`]),
    ...(order.problem === null && !order.complete ? ["Not every pair of branches could be tried."] : []),
    ...(order.left_out ? ["Only the newest branches were looked at."] : []),
  ];
  const titles = new Map(order.order.map((step) => [step.task_id, step.title]));
  const lines = order.order.map((step, at) => `${at + 1}. ${stepText(step, titles, against(order, at))}`);
  return section(title, [...notes, ...(notes.length > 0 && lines.length > 0 ? [""] : []), ...lines]);
}

/** What a branch conflicts with that conflicts with no other one: the base, as it is or as it will be by then. */
function against({ order, base_branch }: LandingOrder, at: number): string {
  const landed = order.slice(0, at).some(({ outcome }) => outcome === "lands");
  return landed ? `${code(base_branch)} as it is by then` : code(base_branch);
}

function stepText(step: LandingStep, titles: ReadonlyMap<string, string>, base: string): string {
  const name = `**${plain(step.title)}** (${code(step.branch)})`;
  const files = step.files.length === 0 ? "" : ` in ${step.files.map(plain).join(", ")}`;
  const others = step.with.map((id) => plain(titles.get(id) ?? id)).join(", ");
  switch (step.outcome) {
    case "lands":
      return `${name} lands: ${code(step.command)}`;
    case "conflicts":
      return others === ""
        ? `${name} conflicts with ${base}${files}: ${code(step.command)}`
        : `${name} conflicts with ${others}${files}; land that first, then: ${code(step.command)}`;
    case "after_dependency":
      return `${name} waits for ${others}, then: ${code(step.command)}`;
    case "unknown":
      return `${name} not known: ${plain(step.why)}`;
  }
}

function failed(report: Report): string[] {
  return report.failed.flatMap((task) => [
    `- ${heading(task)}: ${plain(task.error.code)}: ${plain(task.error.message)}`,
    `  - ${task.head_sha === null ? "no work was kept" : `work kept at ${task.head_sha.slice(0, 10)}`}; cost ${money(task.cost_usd)}, ${many(task.attempts, "attempt")}`,
    `  - ${code(task.command)}`,
  ]);
}

function goingOn({ going_on }: Report): string[] {
  return going_on.map((task) => {
    const until = task.until === null ? "" : ` until ${clock(task.until)}`;
    const why = task.code === null ? "" : ` (${plain(task.code)}${until})`;
    const time = task.code === null ? until : "";
    return `- ${heading(task)}: ${plain(task.status)}${why}${time} since ${clock(task.since)}`;
  });
}

function spend({ spend: { total, by, nights } }: Report): string[] {
  const row = (name: string, agent: string, sum: typeof total) =>
    `| ${name} | ${agent} | ${sum.turns} | ${(sum.input_tokens + sum.output_tokens).toLocaleString("en-US")} | ${money(sum.cost_usd, sum.cost_known_usd)} | ${span(sum.wall_ms)} |`;
  const table =
    total.turns === 0
      ? []
      : [
          "| project | agent | turns | tokens | cost | time |",
          "|---|---|---|---|---|---|",
          ...by.map((sum) => row(plain(sum.project), plain(sum.agent), sum)),
          row("**all**", "", total),
        ];
  const caps = nights.map((night) => {
    const left = night.left;
    const rest = left
      ? [
          left.usd === null ? "" : `${money(left.usd)} left`,
          left.tokens === null ? "" : `${many(left.tokens, "token")} left`,
          left.turns === null ? "" : `${many(left.turns, "turn")} left`,
          left.attempts === null ? "" : `${many(left.attempts, "attempt")} left`,
          left.wall_ms === null ? "" : `${span(left.wall_ms)} left`,
        ].filter((text) => text !== "")
      : [];
    return `- night of ${clock(night.begins_at)}, ${night.project === null ? "all projects" : plain(night.project)}: ${money(night.cost_usd)}, ${many(night.total_tokens, "token")}${rest.length > 0 ? ` (${rest.join(", ")})` : ""}`;
  });
  return section("Spend", [...table, ...(table.length > 0 && caps.length > 0 ? [""] : []), ...caps]);
}

function accounts(report: Report): string[] {
  return report.accounts.map((account) => {
    const until = account.until === null ? "" : ` until ${clock(account.until)}`;
    const fix = account.command === null ? "" : ` ${code(account.command)}`;
    const message = account.message === "" ? "" : `: ${plain(account.message)}`;
    return `- **${plain(account.account)}** ${plain(account.state)}${until}; parked ${account.parked}, stopped ${account.stopped}, woken ${account.woken} times${message}${fix}`;
  });
}

function server({ server: { starts, crashes, started_at } }: Report): string[] {
  if (starts === 0) return [];
  const last = started_at.at(-1);
  return [
    `- started ${many(starts, "time")}, ${crashes} of them after a crash${last ? `; last ${clock(last)}` : ""}`,
  ];
}
