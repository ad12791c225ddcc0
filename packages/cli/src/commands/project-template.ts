import type { Result } from "@harness/protocol";
import { type CommandDefinition, operationCommand, type Positional } from "../command.ts";
import { usageFailure } from "../failure.ts";
import { readAll } from "../terminal/ask.ts";
import type { Screen } from "../terminal/screen.ts";

type Template = Result<"template/set">;

const project: Positional = {
  param: "project",
  required: true,
  doc: "Name or id of the project, or the path of its repository",
};
const name: Positional = { param: "name", required: true, doc: "Name of the template" };

const set = operationCommand("template/set", {
  positionals: [
    project,
    name,
    { param: "prompt", variadic: true, doc: "Text around the task's prompt; - reads it from standard input" },
  ],
  options: { labels: [{ flags: "--label <text>", doc: "Label (repeatable)", path: "labels", many: true }] },
  notes: `{{prompt}} and {{title}} in the text stand for the task's own; without {{prompt}} it is added at the end.
Use it: harness task submit --template NAME, or template:NAME in a list.`,
  async prepare({ params }, _client, { surroundings }) {
    const prompt = params["prompt"] === "-" ? await readAll(surroundings.stdin) : params["prompt"];
    if (typeof prompt !== "string" || prompt.trim() === "")
      throw usageFailure("Say what the template adds.", {
        field: "prompt",
        hint: 'For example: harness project template set api fix "Fix this, and add a test: {{prompt}}"',
      });
    return { ...params, prompt };
  },
  show: (result, { out }) => showTemplate(result, out),
});

const list = operationCommand("template/list", {
  positionals: [project],
  show(result, { out }) {
    out.table(result.data, [
      { head: "name", cell: (template) => template.name },
      { head: "agent", cell: ({ agent }) => agent ?? "" },
      { head: "limits", cell: limitsText },
      { head: "prompt", cell: ({ prompt }) => prompt, elastic: true },
    ]);
    return undefined;
  },
});

const remove = operationCommand("template/remove", {
  positionals: [project, name],
  show(_result, { out }) {
    out.line("Removed. Queued tasks keep what they have.");
    return undefined;
  },
});

function showTemplate(template: Template, out: Screen): undefined {
  out.facts([
    ["template", template.name, "bold"],
    ["agent", template.agent],
    ["model", template.model],
    ["reviewer", template.reviewer],
    ["priority", template.priority?.toString()],
    ["labels", template.labels?.join(", ")],
    ["limits", limitsText(template)],
    ["prompt", template.prompt],
  ]);
}

function limitsText(template: Template): string {
  return Object.entries(template)
    .filter(([field]) => field.startsWith("max_") || field.endsWith("_secs"))
    .map(([field, value]) => `${field}=${String(value)}`)
    .join(" ");
}

/** The commands about the templates of a project. */
export const templateCommands: readonly CommandDefinition[] = [set, list, remove];
