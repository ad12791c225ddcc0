import type { ListedProblem, Result } from "@harness/protocol";
import { type CommandDefinition, operationCommand } from "../command.ts";
import { neutralLine } from "../terminal/neutral.ts";
import type { Screen, Tone } from "../terminal/screen.ts";
import { told } from "../terminal/told.ts";
import { duration, stamp } from "../terminal/words.ts";

const tones: Readonly<Record<ListedProblem["kind"], Tone>> = {
  waiting_for_you: "yellow",
  storage_full: "red",
  over_budget: "red",
  looping: "red",
  no_progress: "yellow",
  stalled: "yellow",
  parked: "cyan",
};

/** The list of what is wrong now. */
export const problemsCommand: CommandDefinition = operationCommand("problem/list", {
  options: { project: [{ flags: "--project <name>", doc: "Only of this project", path: "project" }] },
  show(result, { out }) {
    showProblems(result, out);
    return undefined;
  },
});

function showProblems({ data, page, cut }: Result<"problem/list">, out: Screen): void {
  if (!out.isTerminal) {
    out.table(data, [
      { head: "kind", cell: ({ kind }) => kind },
      { head: "subject", cell: subjectOf },
      { head: "age", cell: ({ age_ms }) => duration(age_ms) },
      { head: "title", cell: ({ title }) => title },
      { head: "reason", cell: ({ reason }) => reason },
      { head: "run", cell: ({ commands }) => commands[0] ?? "" },
    ]);
    return;
  }
  if (data.length === 0) out.line(out.paint("green", "Nothing is wrong."));
  for (const problem of data) {
    const name = problem.project === null ? problem.title : `${problem.project}: ${problem.title}`;
    const kind = out.paint(tones[problem.kind], problem.kind.replaceAll("_", " "));
    const times = [
      problem.until === null ? "" : ` Until ${stamp(problem.until)}.`,
      problem.expires_at === null ? "" : ` Fails ${stamp(problem.expires_at)}.`,
    ].join("");
    const head = `${kind}  ${neutralLine(name)}  ${out.paint("dim", duration(problem.age_ms))}`;
    told(out, head, `${problem.reason}${times}`, problem.commands);
  }
  if (page.next_cursor !== null)
    out.line(out.paint("dim", `more: harness problems --cursor ${page.next_cursor}`));
  if (cut) out.line(out.paint("yellow", "There are more problems than are looked at."));
}

/** What a problem is about, for a program. */
function subjectOf({ task_id, thread_id, account, project }: ListedProblem): string {
  return task_id ?? thread_id ?? account ?? project ?? "server";
}
