import { z } from "zod";
import { PathRefused } from "../api/workspace-files.ts";
import { enclosing } from "./definitions.ts";
import type { Desk } from "./desk.ts";
import { type Occurrence, Occurrences, occurrencesOf } from "./occurrences.ts";

const Problem = z.object({ problem: z.string() });
const Text = z.union([z.object({ text: z.string() }), Problem]);
const Listed = z.union([z.object({ files: z.array(z.string()), cut: z.boolean() }), Problem]);

/** The text of a file, or in a word or a sentence why not: `missing`, `folder`. */
export function textOf(name: string, desk: Desk): Promise<z.infer<typeof Text>> {
  return desk.turn.effect(`read ${name}`, Text, async () => {
    const text = await desk.files.read(name).catch((error: unknown) => explained(error, name));
    if (typeof text !== "string") return text;
    return text.includes("\0") ? { problem: `${name} is not a text file.` } : { text };
  });
}

/** The files below a folder, or why not. */
export function filesIn(name: string, desk: Desk): Promise<z.infer<typeof Listed>> {
  return desk.turn.effect(`list ${name}`, Listed, () =>
    desk.files.list(name).catch((error: unknown) => explained(error, name)),
  );
}

/** The files of the workspace, as far as they can be listed. */
export async function allFiles(desk: Desk): Promise<readonly string[]> {
  const listed = await filesIn(".", desk);
  return "files" in listed ? listed.files : [];
}

/** Every line of the workspace with a word. */
export function linesWith(word: string, desk: Desk): Promise<Occurrences> {
  return desk.turn.effect(`search ${word}`, Occurrences, () => occurrencesOf(word, desk));
}

/** The name of the function that a line stands in, where that is known. */
export async function functionAround({ file, line }: Occurrence, desk: Desk): Promise<string | undefined> {
  const name = await desk.turn.effect(`around ${file}:${line}`, z.string().nullable(), async () => {
    const text = await desk.files.read(file).catch(() => undefined);
    return (text === undefined ? undefined : enclosing(file, text.split("\n"), line - 1)) ?? null;
  });
  return name ?? undefined;
}

/** What the system or our own check says, in a word where the caller goes on from it. */
function explained(error: unknown, name: string): z.infer<typeof Problem> {
  if (error instanceof PathRefused)
    return { problem: error.message.endsWith("is not a file.") ? "folder" : error.message };
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return { problem: "missing" };
  if (code === "EISDIR") return { problem: "folder" };
  if (code !== undefined) return { problem: `${name} cannot be read (${String(code)}).` };
  throw error;
}
