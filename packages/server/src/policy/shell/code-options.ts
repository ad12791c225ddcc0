import type { ShellWord } from "../verdict.ts";
import type { WrittenCommand } from "./command.ts";
import { itself, runsText, unknown } from "./found.ts";
import { mayBeOption } from "./options.ts";
import type { Found, Unwrap } from "./unwrap.ts";

/** Options of a program that does no harm otherwise, whose value is run. */
interface CodeOptions {
  /** Letters and long names whose value is a text for a shell, or a program. */
  readonly text?: readonly string[];
  /** Letters and long names behind which anything may be run. */
  readonly unknown?: readonly string[];
}

const ssh: CodeOptions = { unknown: ["o", "F", "S", "D"] };

const table: Readonly<Record<string, CodeOptions>> = {
  rg: { text: ["pre", "hostname-bin"] },
  ag: { text: ["pager"] },
  ack: { text: ["pager"], unknown: ["ackrc"] },
  bat: { text: ["pager"] },
  sort: { text: ["compress-program"] },
  man: {
    text: ["P", "pager", "H", "html"],
    unknown: ["C", "config-file", "X", "gxditview", "p", "preprocessor"],
  },
  tar: {
    text: [
      "I",
      "use-compress-program",
      "to-command",
      "rsh-command",
      "F",
      "info-script",
      "new-volume-script",
      "rmt-command",
    ],
    unknown: ["checkpoint-action"],
  },
  ssh,
  scp: ssh,
  sftp: ssh,
  rsync: { text: ["e", "rsh"] },
  curl: { unknown: ["K", "config"] },
  wget: { unknown: ["e", "execute", "config", "use-askpass"] },
  zip: { unknown: ["TT", "unzip-command"] },
  tcpdump: { text: ["z"] },
  nmap: { unknown: ["script"] },
  fzf: { text: ["preview"], unknown: ["bind"] },
  fd: { unknown: ["x", "X", "exec", "exec-batch"] },
  vim: { unknown: ["c", "cmd", "S", "s", "u"] },
  ed: {},
  gdb: { unknown: ["ex", "eval-command", "x", "command", "iex", "ix"] },
  less: { unknown: ["k", "lesskey-file", "lesskey-src", "lesskey-content"] },
  make: { unknown: ["eval"] },
  mapfile: { text: ["C"] },
  readarray: { text: ["C"] },
  complete: { text: ["C"] },
  compgen: { text: ["C"] },
  bind: { unknown: ["x", "f"] },
  enable: { unknown: ["f"] },
  jobs: { unknown: ["x"] },
  history: { unknown: ["a", "c", "d", "n", "p", "r", "s", "w"] },
  fc: { unknown: ["e", "s"] },
};

const same: Readonly<Record<string, string>> = {
  vi: "vim",
  nvim: "vim",
  view: "vim",
  ex: "vim",
  gtar: "tar",
  fdfind: "fd",
};

/** Programs that are judged as they stand, unless an option of theirs runs something. */
export const codeOptions: Readonly<Record<string, Unwrap>> = Object.fromEntries(
  [...Object.keys(table), ...Object.keys(same)].map((name) => [name, withOptions]),
);

function withOptions({ words, input }: WrittenCommand, name: string): readonly Found[] {
  const program = same[name] ?? name;
  const found = codeIn(words.slice(1), name, table[program]!);
  // What an editor of lines or a pager is told to do by a `+` may be a command for a shell.
  const told = (program === "vim" || program === "less") && words.some(({ text }) => /^\+./.test(text));
  const edits = program === "ed" || (name === "ex" && input !== undefined);
  if (told || edits) found.push(unknown(name, words));
  return found.length === 0 ? [] : [itself(name), ...found];
}

/** Everything the options among some words run. */
export function codeIn(words: readonly ShellWord[], name: string, options: CodeOptions): Found[] {
  const found: Found[] = [];
  if (!options.text && !options.unknown) return found;
  for (const [index, word] of words.entries()) {
    if (word.text === "--" && word.literal) break;
    if (!word.literal && mayBeOption(word)) found.push(unknown(name, [word]));
    const text = valueGiven(word, words[index + 1], options.text ?? []);
    if (text) found.push(runsText(name, [text]));
    if (valueGiven(word, word, options.unknown ?? [])) found.push(unknown(name, [word]));
  }
  return found;
}

/** The value of one of the options, if a word is it. Long ones may be shortened, letters may stand together. */
function valueGiven(
  word: ShellWord,
  following: ShellWord | undefined,
  names: readonly string[],
): ShellWord | undefined {
  const long = /^--([A-Za-z][\w-]*)(?:=([\s\S]*))?$/.exec(word.text);
  if (long) {
    const [, given = "", value] = long;
    if (!names.some((name) => name.length > 1 && name.startsWith(given))) return undefined;
    return value === undefined ? (following ?? word) : { text: value, literal: word.literal };
  }
  const letters = /^-([A-Za-z][\s\S]*)$/.exec(word.text)?.[1];
  if (letters === undefined) return undefined;
  for (const name of names) {
    const at =
      name.length === 1
        ? letters.search(new RegExp(`(?<=^[A-Za-z]*)${name}`))
        : letters.startsWith(name)
          ? 0
          : -1;
    if (at < 0) continue;
    const rest = letters.slice(at + name.length);
    return rest === "" ? (following ?? word) : { text: rest, literal: word.literal };
  }
  return undefined;
}
