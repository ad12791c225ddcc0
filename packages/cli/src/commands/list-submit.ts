import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { ListDefaults, type ListFormat, MAX_LIST_BYTES } from "@harness/protocol";
import type { Context, Typed } from "../command.ts";
import type { Client } from "../connection.ts";
import { exitCodes, usageFailure } from "../failure.ts";
import { checkParams, type OptionForm } from "../options.ts";
import { readAll } from "../terminal/ask.ts";
import { showList } from "./list-page.ts";

/** The options that make a submission one of a list. */
export const listOptions: readonly OptionForm[] = [
  {
    flags: "-f, --file <path>",
    doc: "Submit a list of tasks, all or nothing; - reads it from standard input",
    path: "file",
  },
  {
    flags: "--format <word>",
    doc: "How the list is written: markdown, yaml, jsonl; unless told, by the file's ending or by its text",
    path: "format",
  },
  { flags: "--dry-run", doc: "Show order, limits and problems of a list; submit nothing", path: "dry_run" },
];

/** How lists are written, for the help. */
export const listNotes = `A list: one task an item. In Markdown the first paragraph of a top-level item is the task, nested text its details; ticked
boxes are left out. Tags in that paragraph, on a last line of their own, or in a heading for all items below it:
@project  #key  after:KEY|NUMBER|TASK  priority:high  agent:NAME  model:NAME  reviewer:NAME  template:NAME  label:WORD
max:$2.50  tokens:200k  turns:10  attempts:2  rounds:2  timeout:30m  wall:2h  wait:2d   (a tag in \`backticks\` is text)
In YAML and JSON lines fields have the names of the API. Other options here hold for items that do not say otherwise.`;

const endings: Readonly<Record<string, ListFormat>> = {
  ".md": "markdown",
  ".markdown": "markdown",
  ".yaml": "yaml",
  ".yml": "yaml",
  ".json": "yaml",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
};

/** Options of a list make no sense for one task. */
export function refuseListOptions({ extras }: Typed): void {
  for (const [option, flag] of [
    ["format", "--format"],
    ["dry_run", "--dry-run"],
  ] as const)
    if (extras[option] !== undefined)
      throw usageFailure(`${flag} is for a list.`, { field: flag, hint: "Name the list with --file." });
}

/** Submits the list a person named, or shows what it would do; the answer is 2 when it has problems. */
export async function submitList(
  context: Context,
  { params, extras }: Typed,
  projectHere: (client: Client, context: Context) => Promise<string | undefined>,
): Promise<number> {
  const file = String(extras["file"]);
  const { prompt, project, idempotency_key, ...rest } = params;
  if (prompt !== undefined)
    throw usageFailure("A prompt and a list exclude each other.", {
      field: "prompt",
      hint: "Take one of them.",
    });
  const defaults = defaultsOf(rest);
  const text = await readText(file, context);
  await using connection = await context.connect();
  const { client } = connection;
  const format = extras["format"] ?? (file === "-" ? undefined : endings[path.extname(file).toLowerCase()]);
  const wish = {
    text,
    format,
    project: project ?? (await projectHere(client, context)),
    defaults: Object.keys(defaults).length > 0 ? defaults : undefined,
    dry_run: extras["dry_run"],
    idempotency_key,
  };
  const given = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
  const result = await client.call("task/submit_list", checkParams("task/submit_list", given, listOptions));
  if (context.json) context.out.json(result);
  else showList(result, context);
  return result.problems.length > 0 ? exitCodes.usage : exitCodes.ok;
}

/** What was said once for all items; what only one task can have is refused. */
function defaultsOf(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  for (const field of Object.keys(params)) {
    if (Object.hasOwn(ListDefaults.shape, field)) continue;
    const flag = `--${field.replaceAll("_", "-")}`;
    throw usageFailure(`${flag} is for one task, not for a list.`, {
      field: flag,
      hint: "Say it in the item.",
    });
  }
  return { ...params };
}

async function readText(file: string, context: Context): Promise<string> {
  const { stdin, cwd } = context.surroundings;
  if (file === "-") return bounded(await readAll(stdin), "Standard input");
  const at = path.resolve(cwd, file);
  let bytes: Buffer;
  try {
    if (statSync(at).size > MAX_LIST_BYTES) throw tooLarge(file);
    bytes = readFileSync(at);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || !("errno" in error)) throw error;
    throw usageFailure(`${file} cannot be read: ${String(error.code)}.`, { field: "--file" });
  }
  try {
    return bounded(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), file);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw usageFailure(`${file} is not UTF-8 text. Save it as UTF-8.`, { field: "--file" });
  }
}

function bounded(text: string, what: string): string {
  if (Buffer.byteLength(text) > MAX_LIST_BYTES) throw tooLarge(what);
  return text;
}

function tooLarge(what: string) {
  return usageFailure(`${what} is larger than ${MAX_LIST_BYTES} bytes.`, {
    field: "--file",
    hint: "Submit it in parts.",
  });
}
