import path from "node:path";
import { bounded } from "../json-line.ts";
import { type Answer, type Desk, fenced, shown } from "./desk.ts";
import type { Intent, Lines } from "./intent.ts";
import { allFiles, filesIn, textOf } from "./look.ts";

const MAX_SHOWN = 24_000;
const MAX_LISTED = 400;

/** Shows a file, or the lines of it that were asked for. A name without its folder or ending is looked for. */
export async function readFile(intent: Extract<Intent, { kind: "read" }>, desk: Desk): Promise<Answer> {
  const item = { kind: "tool_call", name: "read_file", path: intent.path, input: intent } as const;
  return shown(desk, item, async () => {
    const answer = await fileText(intent, desk);
    return { value: answer, done: { output: bounded(answer.text), failed: answer.failed } };
  });
}

async function fileText(
  { path: name, lines }: Extract<Intent, { kind: "read" }>,
  desk: Desk,
): Promise<Answer & { readonly failed: boolean }> {
  const direct = await textOf(name, desk);
  if ("text" in direct) return { text: inPlace(name, direct.text, lines), failed: false };
  if (direct.problem === "folder") return { ...(await listing(name, desk)), failed: false };
  if (direct.problem !== "missing") return { text: direct.problem, failed: true };
  const alike = await filesLike(name, desk);
  const [only] = alike;
  if (only !== undefined && alike.length === 1) {
    const found = await textOf(only, desk);
    return "text" in found
      ? { text: inPlace(only, found.text, lines), failed: false }
      : { text: `${only} cannot be read: ${found.problem}.`, failed: true };
  }
  const candidates = alike.slice(0, 20).map((one) => `- ${one}`);
  const which = alike.length > 0 ? ` Which of these is meant?\n${candidates.join("\n")}` : "";
  return { text: `There is no file ${name}.${which}`, failed: true };
}

/** Lists a folder. */
export async function listFolder(intent: Extract<Intent, { kind: "list" }>, desk: Desk): Promise<Answer> {
  const item = { kind: "tool_call", name: "list_files", path: intent.path, input: intent } as const;
  return shown(desk, item, async () => {
    const value = await listing(intent.path, desk);
    return { value, done: { output: bounded(value.text), failed: value.failed } };
  });
}

async function listing(name: string, desk: Desk): Promise<Answer & { readonly failed: boolean }> {
  const listed = await filesIn(name, desk);
  if ("problem" in listed) {
    const { problem } = listed;
    return { text: problem === "missing" ? `There is no folder ${name}.` : problem, failed: true };
  }
  const { files, cut } = listed;
  const names = files.slice(0, MAX_LISTED);
  const more = cut || files.length > MAX_LISTED ? "\n(more files)" : "";
  const where = name === "." ? "the repository" : name;
  const head = `${cut ? "At least " : ""}${files.length} ${files.length === 1 ? "file" : "files"} in ${where}:`;
  return { text: `${head}\n\n${fenced(names.join("\n") + more)}`, failed: false };
}

/** Files with this name, or with this name and another ending; those at the root win where there are any. */
async function filesLike(name: string, desk: Desk): Promise<string[]> {
  const wanted = path.basename(name).toLowerCase();
  const files = await allFiles(desk);
  const alike = files.filter((file) => {
    const base = path.basename(file).toLowerCase();
    return base === wanted || base.replace(/\.[^.]+$/, "") === wanted;
  });
  const exact = alike.filter((file) => path.basename(file) === path.basename(name));
  const best = exact.length > 0 ? exact : alike;
  const atRoot = best.filter((file) => !file.includes("/"));
  return atRoot.length > 0 ? atRoot : best;
}

function inPlace(name: string, text: string, wanted: Lines | undefined): string {
  const lines = text.replace(/\n$/, "").split("\n");
  const language = path.extname(name).slice(1).replace(/\W/g, "");
  const all = text === "" ? 0 : lines.length;
  if (wanted === undefined) {
    if (all === 0) return `${name} is empty.`;
    return `${name} (${all} ${all === 1 ? "line" : "lines"}):\n\n${fenced(bounded(text, MAX_SHOWN), language)}`;
  }
  const first = wanted.first < 0 ? Math.max(1, all + wanted.first + 1) : wanted.first;
  const last = Math.min(wanted.last < 0 ? all + wanted.last + 1 : wanted.last, all);
  if (first > all) return `${name} has ${all} ${all === 1 ? "line" : "lines"}; there is no line ${first}.`;
  const part = lines.slice(first - 1, last).join("\n");
  const which = first === last ? `line ${first}` : `lines ${first} to ${last}`;
  return `${name}, ${which} of ${all}:\n\n${fenced(bounded(part, MAX_SHOWN), language)}`;
}
