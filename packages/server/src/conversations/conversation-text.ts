import type { Approval, ThreadItem } from "@harness/protocol";

/** Longest account of what was said before (characters): the newest words count most. */
const CAP = 48_000;
/** Longest single piece of it. */
const PIECE = 4_000;

/** What was said and done so far, for an agent that was not there: oldest first, cut at the beginning. */
export function transcriptOf(items: readonly ThreadItem[]): string | null {
  const lines: string[] = [];
  let left = CAP;
  for (const { item } of items.toReversed()) {
    const line = lineOf(item);
    if (line === undefined) continue;
    const cut = line.length > PIECE ? `${line.slice(0, PIECE)} […]` : line;
    left -= cut.length + 1;
    if (left < 0) {
      lines.push("[what was said before this is left out]");
      break;
    }
    lines.push(cut);
  }
  return lines.length === 0 ? null : lines.reverse().join("\n");
}

function lineOf(item: ThreadItem["item"]): string | undefined {
  switch (item.kind) {
    case "message":
      return item.text ? `${item.role === "user" ? "Person" : "You"}: ${item.text}` : undefined;
    case "command":
      // What Harness ran before its turn is nothing the agent did.
      if (item.id.startsWith("setup:")) return undefined;
      return `You ran: ${item.command ?? ""} (exit code ${item.exit_code ?? "unknown"})`;
    case "file_change":
      return `You changed: ${item.path ?? ""}`;
    case "plan":
      return item.text ? `Your plan: ${item.text}` : undefined;
    case "error":
      return item.text ? `An error: ${item.text}` : undefined;
    default:
      return undefined;
  }
}

/** The first prompt of a conversation: what the repository tells agents, what was said before, and the person's words. */
export function firstPrompt(parts: {
  readonly input: string;
  readonly context: string | null;
  readonly instructions: readonly { readonly file: string; readonly text: string }[];
}): string {
  const blocks = parts.instructions.map(
    ({ file, text }) => `The repository's ${file} says:\n<file name="${file}">\n${text}\n</file>`,
  );
  if (parts.context !== null)
    blocks.push(
      `This conversation goes on from an earlier one. What was said in it, kept by Harness, the workspace is as it was then:\n<earlier>\n${parts.context}\n</earlier>`,
    );
  return blocks.length === 0 ? parts.input : [...blocks, parts.input].join("\n\n");
}

/** The words of a turn with what setup could not do in front of its agent. */
export function unpreparedPrompt(words: string, trouble: string): string {
  return `${words}\n\nNote of Harness: the project's setup did not succeed in this workspace, so what depends on it may not work.\n${trouble}`;
}

/** What an agent is told whose turn goes on after a person answered. */
export function answeredPrompt(approvals: readonly Approval[], input: string): string {
  const lines = approvals.map((one) => {
    if (one.answers !== null)
      return one.questions
        .map(({ id, text }) => `- ${text}: ${one.answers?.[id] ?? "(no answer)"}`)
        .join("\n");
    const said = one.reason === null ? "" : ` (${one.reason})`;
    return one.status === "allowed"
      ? `- ${one.summary}: allowed${said}. Do it now as you meant to.`
      : `- ${one.summary}: not allowed${said}. Do it another way.`;
  });
  return `You were stopped while you waited for a person. The answer:\n${lines.join("\n")}\n\nGo on from where you stopped. The request was:\n\n${input}`;
}

/** What an agent is asked for when its conversation is summed up. */
export const COMPACT_PROMPT =
  "Sum up this conversation for yourself, so that you can go on from the summary alone: what was asked, what was decided and why, what is done, what is left, which files matter, which commands work. Change nothing and run nothing. Answer with the summary only.";
