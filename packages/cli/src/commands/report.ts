import { operations, type Params } from "@harness/protocol";
import { type CommandDefinition, type Context, operationCommand } from "../command.ts";
import { exitCodes, usageFailure } from "../failure.ts";
import { checkParams, optionForms } from "../options.ts";
import { stamp } from "../terminal/words.ts";
import { readMoment } from "./moment.ts";
import { showReport } from "./report-page.ts";

const moments = (context: Context, params: Readonly<Record<string, unknown>>) => {
  const now = context.surroundings.clock.now();
  const read = (name: "since" | "until") => {
    const text = params[name];
    return typeof text === "string" ? { [name]: readMoment(text, now, `--${name}`) } : {};
  };
  return { ...read("since"), ...read("until") };
};

const forms = optionForms("report/create", [], {
  since: [
    {
      flags: "--since <when>",
      doc: "From when: 8h, 2d, 22:00 (the last time it was that late), or RFC 3339; the begin of the night unless told",
      path: "since",
    },
  ],
  until: [
    { flags: "--until <when>", doc: "Up to when, written like --since; now unless told", path: "until" },
  ],
  project: [{ flags: "--project <name>", doc: "Only of this project", path: "project" }],
});

const report: CommandDefinition = {
  path: "report",
  summary: operations["report/create"].summary,
  operation: "report/create",
  positionals: [{ param: "report_id", doc: "Show this report again, or latest, in place of making one" }],
  forms,
  extras: [{ flags: "--markdown", doc: "Write the page as Markdown", path: "markdown" }],
  absent: {},
  notes: "Times of day are those of this machine. What was reported once is kept: harness reports lists it.",
  async run(context, { params, extras }) {
    const { report_id, ...asked } = params;
    if (context.json && extras["markdown"] === true)
      throw usageFailure("--markdown and --json cannot be given together.", { field: "--markdown" });
    if (report_id !== undefined && Object.keys(asked).length > 0)
      throw usageFailure("A report that exists already takes no --since, --until and --project.", {
        field: "report_id",
      });
    const create: Params<"report/create"> = checkParams(
      "report/create",
      { ...asked, ...moments(context, asked) },
      forms(),
    );
    await using connection = await context.connect();
    const { client } = connection;
    const result =
      report_id === undefined
        ? await client.call("report/create", create)
        : await client.call("report/get", checkParams("report/get", { report_id }, []));
    if (context.json) context.out.json(result);
    else if (extras["markdown"] === true) context.out.block(result.markdown);
    else showReport(result, context.out);
    return exitCodes.ok;
  },
};

const reports = operationCommand("report/list", {
  show(result, { out }) {
    const time = (at: string) => (out.isTerminal ? stamp(at).slice(0, 16) : at);
    out.table(result.data, [
      { head: "report", cell: ({ id }) => id },
      { head: out.isTerminal ? "since (UTC)" : "since", cell: ({ since }) => time(since) },
      { head: out.isTerminal ? "until (UTC)" : "until", cell: ({ until }) => time(until) },
      { head: "made by", cell: ({ automatic }) => (automatic ? "clock" : "request") },
    ]);
    if (result.page.next_cursor !== null && out.isTerminal)
      out.line(out.paint("dim", `more: harness reports --cursor ${result.page.next_cursor}`));
    return undefined;
  },
});

/** The commands of the morning. */
export const reportCommands: readonly CommandDefinition[] = [report, reports];
