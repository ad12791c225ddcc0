import { randomBytes } from "node:crypto";
import { checkObjectId, type GitRunner } from "../git/index.ts";

/** More than this is not looked at, and so not published. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Text of work that would leave with its branch. */
export interface Outgoing {
  /** Where it is: a message, or what a commit adds to a file. */
  readonly place: string;
  readonly text: string;
  /** Of added lines, the numbers they have in the file. */
  readonly lines?: readonly number[];
}

/** The commits that would leave. */
interface OutgoingSpec {
  readonly gitDir: string;
  readonly from: string;
  readonly to: string;
  readonly signal?: AbortSignal;
}

/**
 * Everything new that leaves when a commit is published: the message of each commit since the base, and the lines and
 * file names each adds. Also what a later commit takes away again, for history keeps it. Undefined when it is more
 * than can be looked at.
 */
export async function readOutgoing(git: GitRunner, spec: OutgoingSpec): Promise<Outgoing[] | undefined> {
  checkObjectId(spec.from);
  checkObjectId(spec.to);
  // A line nobody can foresee begins each commit, so that no content is taken for one.
  const mark = `commit-${randomBytes(16).toString("hex")}`;
  const call = { gitDir: spec.gitDir, outputCapBytes: MOST_BYTES, signal: spec.signal };
  const range = ["--end-of-options", `${spec.from}..${spec.to}`];
  const plain = ["--no-notes", "--no-decorate", "--no-color"];
  const messages = await git.run({ ...call, args: ["log", ...plain, `--format=${mark} %H%n%B`, ...range] });
  const patches = await git.run({
    ...call,
    settings: ["core.quotePath=false"],
    args: [
      ...["log", ...plain, "-p", "--cc", "-U0", "--text", "--no-ext-diff", "--no-textconv", "--no-renames"],
      ...["--src-prefix=a/", "--dst-prefix=b/", `--format=${mark} %H`, ...range],
    ],
  });
  if (messages.cut || patches.cut) return undefined;
  return [
    ...commitsOf(messages.stdout, mark).map(({ sha, text }) => ({
      place: `the message of commit ${sha.slice(0, 12)}`,
      text,
    })),
    ...commitsOf(patches.stdout, mark).flatMap(({ sha, text }) => addedBy(sha, text)),
  ];
}

function commitsOf(output: string, mark: string): { sha: string; text: string }[] {
  return output
    .split(`${mark} `)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n");
      return { sha: part.slice(0, end), text: part.slice(end + 1) };
    });
}

/** What a commit adds, file by file. Content never stands at the beginning of a line of a patch, so headers are headers. */
function addedBy(sha: string, patch: string): Outgoing[] {
  return patch
    .split(/^(?=diff --(?:git|cc|combined) )/m)
    .filter((part) => part.startsWith("diff --"))
    .map((part) => {
      const columns = part.startsWith("diff --git ") ? 1 : 2;
      const [header = "", ...rest] = part.split("\n");
      const path = / b\/(.*)$/.exec(header)?.[1] ?? header.replace(/^diff --(?:cc|combined) /, "");
      return { place: `${path} (commit ${sha.slice(0, 12)})`, ...addedLines(path, rest, columns) };
    });
}

function addedLines(path: string, lines: readonly string[], columns: number) {
  // The name of a file leaves too; it is no line of it.
  const texts = [path];
  const numbers = [0];
  let number = 0;
  for (const line of lines) {
    const hunk = /^@@+ .*\+(\d+)(?:,\d+)? @@/.exec(line);
    if (hunk !== null) number = Number(hunk[1]);
    else if (number > 0 && line.slice(0, columns).includes("+")) {
      texts.push(line.slice(columns));
      numbers.push(number++);
    }
  }
  return { text: texts.join("\n"), lines: numbers };
}
