import type { Intent, Understood } from "./intent.ts";

const PATH = "(?:`([^`\\n]+)`|\"([^\"\\n]+)\"|'([^'\\n]+)'|([\\w@.+/-]*[\\w@+/-]))";
const FILE =
  "(?:(?:a|an|the|new)\\s+)*(?:empty\\s+)?(?:new\\s+)?(?:text\\s+)?file\\s+(?:called\\s+|named\\s+|at\\s+)?";
const SAYING =
  "(?:with|containing|that (?:says|contains|reads))(?:\\s+just)?(?:\\s+(?:the\\s+)?(?:content|contents|text|line|words)\\b)?(?:\\s*:\\s*|\\s+)";
const EMPTY = new RegExp(
  `^(?:create|make|touch)\\s+(?=[\\s\\S]*\\bempty\\b|touch)(?:${FILE})?${PATH}\\s*[.!]?$`,
  "i",
);
const CREATE = new RegExp(`^(?:create|make|add)\\s+${FILE}${PATH}\\s+${SAYING}([\\s\\S]+)$`, "i");
const CREATE_SHORT = new RegExp(`^create\\s+${PATH}\\s+${SAYING}([\\s\\S]+)$`, "i");
const TO_FILE = new RegExp(
  `^(write|append|add|put)\\s+(?:the\\s+(?:line|text|words)\\s+)?(?:"([^"\\n]+)"|'([^'\\n]+)'|\`([^\`\\n]+)\`|\`\`\`[\\w-]*\\n([\\s\\S]*?)\\n?\`\`\`|([^\\n]+?))\\s+(?:to|into|in|at the end of)\\s+(?:the\\s+)?(?:end of\\s+)?(?:file\\s+)?${PATH}\\s*[.!]?$`,
  "i",
);
const FILE_FIRST = new RegExp(
  `^(write|append)\\s+(?:to\\s+)(?:the\\s+)?(?:file\\s+)?${PATH}\\s*:\\s*([\\s\\S]+)$`,
  "i",
);
/** A longer text between the verb and the file is no simple request. */
const MOST_CHARS = 2_000;
/** What describes a content instead of being one. */
const DESCRIBED = /^(?:a|an|the|some|my|our|your|all|tests?|code|support|examples?)\b/i;

/**
 * A simple request to make or change a file, with its content given. Sure only when the content is marked as such:
 * quoted, fenced or after a colon; plain words may be a description of what somebody should write.
 */
export function understandWrite(words: string): Understood | undefined {
  const text = words.trim();
  if (!/^(?:create|make|touch|add|write|append|put)\s/i.test(text)) return undefined;
  const empty = EMPTY.exec(text);
  if (empty) return writing("create", pathOf(empty, 1), { content: "", sure: true });
  const made = CREATE.exec(text) ?? CREATE_SHORT.exec(text);
  if (made) return writing("create", pathOf(made, 1), contentOf(made[5] ?? "", made[0]));
  const first = FILE_FIRST.exec(text);
  if (first) return writing(howOf(first[1]), pathOf(first, 2), contentOf(first[6] ?? "", ":"));
  const last = text.length > MOST_CHARS && !text.includes("```") ? null : TO_FILE.exec(text);
  if (!last) return undefined;
  const marked = last[2] ?? last[3] ?? last[4] ?? last[5];
  if (marked !== undefined) return writing(howOf(last[1]), pathOf(last, 7), { content: marked, sure: true });
  return writing(howOf(last[1]), pathOf(last, 7), contentOf(last[6] ?? "", ""));
}

function howOf(verb: string | undefined): "replace" | "append" {
  return /^write|^put/i.test(verb ?? "") ? "replace" : "append";
}

/** The content itself: of a fence, of quotes, or the plain words. */
function contentOf(given: string, before: string): { content: string; sure: boolean } | undefined {
  const text = given.trim();
  const fenced = /^```[\w-]*\n([\s\S]*?)\n?```$/.exec(text)?.[1];
  if (fenced !== undefined) return { content: fenced, sure: true };
  const quoted = /^(["'`])([\s\S]*)\1\.?$/.exec(text);
  if (quoted?.[2] !== undefined && !quoted[2].includes(quoted[1] ?? ""))
    return { content: quoted[2], sure: true };
  const colon = before === ":" || new RegExp(`:\\s*${escaped(given.slice(0, 40))}`).test(before);
  if (!colon && (DESCRIBED.test(text) || text.includes("\n"))) return undefined;
  return { content: text, sure: colon };
}

function writing(
  how: Extract<Intent, { kind: "write" }>["how"],
  path: string | undefined,
  content: { readonly content: string; readonly sure: boolean } | undefined,
): Understood | undefined {
  // A file is named by an extension, a folder or a capital; "add logging to parser" is no such thing.
  if (path === undefined || content === undefined || !(/[./]/.test(path) || /^[A-Z]/.test(path)))
    return undefined;
  const end = content.content === "" || content.content.endsWith("\n") ? "" : "\n";
  return { intent: { kind: "write", how, path, content: content.content + end }, sure: content.sure };
}

function pathOf(match: RegExpExecArray, at: number): string | undefined {
  return match[at] ?? match[at + 1] ?? match[at + 2] ?? match[at + 3];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
