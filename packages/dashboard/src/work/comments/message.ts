import type { LineComment } from "./comments.ts";

/** Longest part of a line that is quoted. */
const MOST_QUOTED = 300;

/** The comments as one text an agent can work through: where each is, the line, and what is asked. */
export function messageOf(comments: readonly LineComment[], note: string): string {
  const [first] = comments;
  if (first === undefined) return note.trim();
  const commits = new Set(comments.map(({ commit }) => commit));
  const at = commits.size === 1 ? ` at ${first.commit.slice(0, 12)}` : "";
  const lines = comments.length === 1 ? "a line" : "lines";
  const parts = comments.map((comment, index) => {
    const { quote, text } = comment;
    const quoted = quote.length > MOST_QUOTED ? `${quote.slice(0, MOST_QUOTED)} …` : quote;
    const where = whereIs(comment, commits.size > 1);
    return `${index + 1}. ${where}\n   > ${quoted.trim()}\n\n   ${text.trim().replaceAll("\n", "\n   ")}`;
  });
  return [note.trim(), `I commented on ${lines} of the change${at}:`, ...parts]
    .filter((part) => part !== "")
    .join("\n\n");
}

function whereIs({ file, line, side, commit, outdated }: LineComment, manyCommits: boolean): string {
  const said = [
    ...(side === "before" ? ["as it was before the change"] : []),
    ...(manyCommits ? [`at ${commit.slice(0, 12)}`] : []),
    ...(outdated ? ["the line is another since"] : []),
  ];
  return `${file}:${line}${said.length === 0 ? "" : ` (${said.join(", ")})`}`;
}
