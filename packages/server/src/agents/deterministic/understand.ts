import type { Intent, Lines, Relation, Understood } from "./intent.ts";
import { understandWrite } from "./understand-write.ts";

const MAX_WORDS = 100_000;
const MAX_QUESTION = 1_000;
const POLITE =
  /^(?:(?:hey|hi|hello|ok|okay|so|now|then|please|pls)[,!]?\s+|(?:can|could|would|will) you\s+(?:please\s+)?|i(?:'d| would) like (?:you )?to\s+|i want (?:you )?to\s+|let'?s\s+|just\s+)+/i;
const POLITE_END = /(?:[,\s]+(?:please|pls|thanks|thank you|for me|now))+\s*$/i;
/** A file or folder as people write one: quoted, or a word. */
const PATH = "(?:`([^`\\n]+)`|\"([^\"\\n]+)\"|'([^'\\n]+)'|([\\w@~.+/-]*[\\w@~+/-]))";
const SYMBOL = "[`'\"]?((?:[\\w$]+(?:\\.|::|#|->))*[\\w$]+)(?:\\(\\))?[`'\"]?";
const KIND =
  "(?:the\\s+)?(?:(?:function|method|class|type|interface|variable|constant|symbol|component|struct|enum|module|hook|helper)\\s+)?";
/** Programs people name without saying that they are programs. */
const PROGRAMS =
  /^(?:\.{0,2}\/[\w./-]+|npm|npx|pnpm|yarn|bun|deno|node|git|python3?|pip|uv|pytest|ruff|cargo|rustc|go|make|cmake|mvn|gradle|dotnet|ruby|bundle|rake|php|composer|tsc|eslint|biome|vitest|jest|ls|cat|grep|rg|find|wc|head|tail|echo|pwd|date|env|printenv|tree|du|df|sort|which|uname|docker|kubectl)$/;
/** What follows `run` in plain speech and is no program. */
const SPEECH = /^(?:the|a|an|all|my|our|your|this|these|those|its|some|any|every|tests?|into|through|with)$/i;

/** One question the whole text may be: a pattern, and what it means. */
interface Form {
  readonly pattern: RegExp;
  read(match: RegExpExecArray): Intent | undefined;
}

const form = (source: string, read: Form["read"]): Form => ({
  pattern: new RegExp(`^(?:${source})$`, "i"),
  read,
});

const FORMS: readonly Form[] = [
  form("help|what can you do(?: without a model)?|what do you (?:know|understand)", () => ({ kind: "help" })),
  form(
    "(?:(?:show|run|give|tell)(?: me)?\\s+)?(?:the\\s+)?git status|(?:show|what(?:'s| is))(?: me)? the (?:(?:git|repo|repository|working tree|worktree)(?:'s)? )?status(?: of (?:the |this )?(?:repo|repository|working tree))?|(?:is|are) (?:the |my )?(?:working tree|worktree|repo|repository|workspace) (?:clean|dirty)|(?:what|which) files? (?:have |has |are |is )?(?:been )?changed|are there (?:any )?uncommitted changes",
    () => ({ kind: "git_status" }),
  ),
  form(
    `(?:(?:show|run|give)(?: me)?\\s+)?(?:the\\s+)?(?:git )?diff(?:\\s+(--staged|--cached))?(?:\\s+(?:of|for|in|--)?\\s*${PATH})?|what (?:has |have |did )?(?:i |you |we )?changed?(?: so far)?|show(?: me)? (?:the |my |your |all )?(?:(staged|uncommitted|unstaged|current|local) )?changes`,
    (m) => ({
      kind: "git_diff",
      staged: m[1] !== undefined || /^staged$/i.test(m[6] ?? ""),
      ...given("path", pathOf(m, 2)),
    }),
  ),
  form(
    "(?:(?:show|run|list)(?: me)?\\s+)?(?:the\\s+)?git branch(?:es)?|(?:list|show)(?: me)? (?:all )?(?:the )?branch(?:es)?|(?:what|which)(?:'s| is)? (?:the )?(?:current )?branch(?:es)?(?: (?:am i|are we|is this|are you|are there|do we have|is checked out))?(?: on)?|what(?:'s| is) (?:my|this|our) branch|on (?:what|which) branch (?:am i|are we|is this)",
    () => ({ kind: "git_branch" }),
  ),
  form(
    `(?:(?:show|run|give)(?: me)?\\s+)?(?:the\\s+)?git log(?:\\s+(?:--oneline\\s+)?(?:-n\\s*|-)(\\d{1,3}))?(?:\\s+(?:of|for|--)\\s+${PATH})?|(?:show|list)(?: me)? (?:the )?(?:last|latest|recent|newest) (?:(\\d{1,3}) )?commits?|what (?:was|is|are|were) (?:the )?(?:last|latest|recent|newest) (?:(\\d{1,3}) )?commits?|(?:show(?: me)? )?(?:the )?(?:commit|git) history(?: of ${PATH})?`,
    (m) => {
      const last = /commit$/i.test(m[0]) ? "1" : "10";
      const count = Math.max(1, Number(m[1] ?? m[6] ?? m[7] ?? last));
      return { kind: "git_log", count, ...given("path", pathOf(m, 2) ?? pathOf(m, 8)) };
    },
  ),
  form(
    "(?:what|which) (?:repo|repository|project|codebase)(?: is (?:this|it|that)| am i in| are we in)?|what(?:'s| is) this (?:repo|repository|project)|(?:where|what)(?:'s| is) the (?:repo|repository|project)?(?:'s)?\\s*(?:git )?(?:root|remote|origin|head|name|identity)(?: (?:commit|url|of (?:this|the) (?:repo|repository)))?|(?:show|what(?:'s| is))(?: me)? (?:the )?(?:current )?(?:repo(?:sitory)? (?:identity|info|root|name)|git remotes?|remote url|head(?: commit)?)|git remote(?: -v)?|git rev-parse (?:HEAD|--show-toplevel)|which commit (?:am i|are we|is this)(?: on| at)?|pwd|where am i",
    () => ({ kind: "identity" }),
  ),
  form(
    `where(?:'s| is| are| does| do)? ${KIND}${SYMBOL}(?: (?:function|method|class|type|interface|variable|constant|symbol|component))?(?: (?:is|are|get|gets))? (defined|declared|implemented|used|called|referenced|imported|invoked|live|come from)(?: (?:in|from|here|at|from)(?: (?:this|the) (?:repo|repository|project|code|codebase))?)?`,
    (m) => find(relationOf(m[2] ?? ""), m[1]),
  ),
  form(
    `(?:find|show|locate|go to|list)(?: me)?(?: all)?(?: the)? (definitions?|declarations?|implementations?|uses?|usages?|references|callers|calls)(?: of| to| for) ${KIND}${SYMBOL}`,
    (m) => find(relationOf(m[1] ?? ""), m[2]),
  ),
  form(
    `(?:who|what)(?: functions?| code)? (calls?|uses?|references|imports|invokes|defines) ${KIND}${SYMBOL}`,
    (m) => find(relationOf(m[1] ?? ""), m[2]),
  ),
  form("(?:list|show)(?: me)? (?:the |all |all the )?files(?: here)?|ls", () => ({
    kind: "list",
    path: ".",
  })),
  form(
    `(?:list|ls|show)(?: me)?(?: (?:the|all))?(?: (?:files|contents?|folder|directory)(?: (?:in|of|under|below))?)?(?: (?:the )?(?:folder|directory))? ${PATH}(?:\\s+(?:folder|directory))?`,
    (m) => {
      const path = pathOf(m, 1);
      if (path === undefined) return undefined;
      const folder =
        /^(?:list|ls)\b/i.test(m[0]) || /\b(?:folder|directory|files in|contents? of)\b/i.test(m[0]);
      return folder || path.endsWith("/") ? { kind: "list", path } : undefined;
    },
  ),
  form(
    `(?:show|read|open|print|display|cat|view|output|dump)(?: me)?(?: the)?(?: (?:contents?|file|text)(?: of)?)?(?: the)?(?: file)? (?:(?:the )?(first|last|top) (\\d{1,6}) lines (?:of|from|in) (?:the )?(?:file )?)?${PATH}(?: file)?(?::(\\d{1,7})(?:-(\\d{1,7}))?)?(?:,?\\s+(?:from\\s+)?(?:at\\s+)?lines?\\s+(\\d{1,7})(?:\\s*(?:-|–|to|through|until)\\s*(\\d{1,7}))?)?`,
    (m) => readOf(m),
  ),
  form(
    `(?:show|print|read)(?: me)? lines? (\\d{1,7})(?:\\s*(?:-|–|to|through)\\s*(\\d{1,7}))? (?:of|from|in) (?:the )?(?:file )?${PATH}`,
    (m) => read(pathOf(m, 3), linesOf(m[1], m[2])),
  ),
  form(`what(?:'s| is| does)(?: in)?(?: the)?(?: file)? ${PATH}(?: (?:contain|say))?`, (m) => {
    const path = pathOf(m, 1);
    return path !== undefined && /[./]/.test(path) && /\b(?:in|contain|say)\b/i.test(m[0])
      ? { kind: "read", path }
      : undefined;
  }),
  form(
    "(?:re-?)?(?:run|execute|do|try)\\s+(?:that|it|this|that command|this command|the command|the last command|the same)(?:\\s+(?:again|once more|command))?",
    () => ({ kind: "run_that" }),
  ),
];

/**
 * What the person's words ask, when the whole of them is one question of the kinds that need no model. Undefined for
 * everything else, also for words that merely contain such a question.
 */
export function understand(words: string): Understood | undefined {
  if (words.length > MAX_WORDS) return undefined;
  const write = understandWrite(words.replace(POLITE, ""));
  if (write !== undefined) return write;
  const text = plain(words);
  if (text === "" || text.length > MAX_QUESTION || text.includes("\n")) return undefined;
  for (const { pattern, read } of FORMS) {
    const match = pattern.exec(text);
    const intent = match && read(match);
    if (intent) return { intent, sure: intent.kind !== "help" };
  }
  return running(text);
}

/** One line without what is only polite. */
function plain(words: string): string {
  return words
    .trim()
    .replace(/\s*[?!.]+$/, "")
    .replace(POLITE, "")
    .replace(POLITE_END, "")
    .replace(/[ \t]+/g, " ")
    .trim();
}

function running(text: string): Understood | undefined {
  const prompt = /^\$ (.+)$/.exec(text)?.[1];
  const asked = /^(?:run|execute)(?: the command)?:? (.+)$/i.exec(text)?.[1];
  const command = prompt ?? asked;
  if (command === undefined) return undefined;
  const quoted = /^`([^`]+)`(?: (?:again|in the repo(?:sitory)?))?$/.exec(command)?.[1];
  if (quoted !== undefined) return { intent: { kind: "run", command: quoted.trim() }, sure: true };
  const first = command.split(" ", 1)[0] ?? "";
  if (SPEECH.test(first) || !/^[\w@./+-]+$/.test(first)) return undefined;
  const spoken = / (?:and|then|until|if|so|because|but) /i.test(command);
  const sure = !spoken && (prompt !== undefined || PROGRAMS.test(first));
  return { intent: { kind: "run", command }, sure };
}

function relationOf(word: string): Relation {
  if (/^(?:defin|declar|implement|live|come)/i.test(word)) return "defined";
  return /^(?:call|invok)/i.test(word) ? "calls" : "used";
}

function find(relation: Relation, symbol: string | undefined): Intent | undefined {
  if (symbol === undefined || /^(?:it|this|that|they|the|there|everything|code)$/i.test(symbol))
    return undefined;
  return { kind: "find", relation, symbol };
}

function readOf(m: RegExpExecArray): Intent | undefined {
  const count = Number(m[2] ?? 0);
  if (count > 0)
    return read(
      pathOf(m, 3),
      /last/i.test(m[1] ?? "") ? { first: -count, last: -1 } : { first: 1, last: count },
    );
  return read(pathOf(m, 3), linesOf(m[7] ?? m[9], m[8] ?? m[10]));
}

function read(path: string | undefined, lines: Lines | undefined): Intent | undefined {
  // A single plain word is a file only by habit of naming: README, Makefile, LICENSE.
  if (path === undefined || !(/[./]/.test(path) || /^[A-Z][\w-]+$/.test(path))) return undefined;
  return { kind: "read", path, ...given("lines", lines) };
}

function linesOf(first: string | undefined, last: string | undefined): Lines | undefined {
  if (first === undefined) return undefined;
  const from = Math.max(1, Number(first));
  return { first: from, last: Math.max(from, Number(last ?? first)) };
}

function pathOf(match: RegExpExecArray, at: number): string | undefined {
  return match[at] ?? match[at + 1] ?? match[at + 2] ?? match[at + 3];
}

function given<K extends string, T>(name: K, value: T | undefined): { [P in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: T });
}
