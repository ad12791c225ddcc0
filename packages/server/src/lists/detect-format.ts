import { type ListFormat, TaskRequest } from "@harness/protocol";

/**
 * The format of a text that does not come from a file with a known ending: JSON lines begin with an object, YAML with
 * a field or a part of a list; everything else is Markdown.
 */
export function detectFormat(text: string): ListFormat {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n?|\n/, 200);
  // A line that begins with # is a comment of YAML or a heading of Markdown.
  const first = lines.find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  if (first.startsWith("{")) return isWholeList(first) ? "yaml" : "jsonl";
  if (/^(---|%YAML .*|\[.*|(tasks|defaults):.*)$/.test(first) && !/^\[[ xX]\]/.test(first)) return "yaml";
  const field = /^-\s+"?([a-z_]+)"?:(\s|$)/.exec(first)?.[1];
  return field !== undefined && fields.has(field) ? "yaml" : "markdown";
}

const fields: ReadonlySet<string> = new Set([...Object.keys(TaskRequest.shape), "key", "after"]);

/** JSON of a whole list is YAML too. */
function isWholeList(line: string): boolean {
  return /^\{\s*("(tasks|defaults)"\s*:.*)?$/.test(line);
}
