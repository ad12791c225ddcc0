import type { ShellSegment, ShellWord } from "./verdict.ts";

/** What a command is going to do, as far as its words tell. */
export interface Intent {
  /** True when it talks to other machines. */
  readonly network: boolean;
  /** Paths it changes, as written; null stands for one that is known only when it runs. */
  readonly writes: readonly (string | null)[];
}

/** Devices that hold nothing: writing there changes no file. */
export const nowhere = /^\/dev\/(?:null|zero|full|tty|stdin|stdout|stderr|fd\/\d+)$/;
const NETWORK = new Set("curl wget gh ssh scp sftp ftp rsync ping nc ncat netcat telnet".split(" "));
/** Programs that change every file they are given. */
const CHANGES_ALL = new Set(
  "rm rmdir unlink shred touch mkdir mv tee truncate chmod chown chgrp patch".split(" "),
);
/** Programs that change only the last one. */
const CHANGES_LAST = new Set("cp ln install".split(" "));
const GIT_NETWORK = new Set("clone fetch pull push ls-remote".split(" "));

/** Reads from its words what a command intends. Source: seed 2, which infers it for the same programs. */
export function intentOf({ words, redirects }: ShellSegment): Intent {
  const program = words[0]?.literal === true ? (words[0].text.split("/").at(-1) ?? "") : "";
  const given = words.slice(1);
  const redirected = redirects
    .filter(({ mode, target }) => mode === "write" && !(target.literal && nowhere.test(target.text)))
    .map(({ target }) => nameOf(target));
  const network = NETWORK.has(program) || (program === "git" && GIT_NETWORK.has(given[0]?.text ?? ""));
  return { network, writes: [...redirected, ...written(program, given)] };
}

function written(program: string, given: readonly ShellWord[]): readonly (string | null)[] {
  const operands = operandsOf(given);
  if (CHANGES_ALL.has(program)) return operands.map(nameOf);
  if (CHANGES_LAST.has(program)) return operands.slice(-1).map(nameOf);
  const flags = given.filter(({ text }) => text.startsWith("-")).map(({ text }) => text);
  if (program === "sed" && flags.some((flag) => /^(-[a-zA-Z]*i|--in-place)/.test(flag)))
    return operands.slice(1).map(nameOf);
  if (
    program === "find" &&
    flags.some((flag) => flag === "-delete" || flag.startsWith("-exec") || flag === "-fprint")
  )
    return starts(given);
  if (program === "tar") return tar(given);
  if (program === "dd")
    return given.filter(({ text }) => text.startsWith("of=")).map(({ text }) => text.slice(3));
  return [];
}

/** The words that are no options; after `--` every word. */
function operandsOf(given: readonly ShellWord[]): ShellWord[] {
  const end = given.findIndex(({ text }) => text === "--");
  const before = end < 0 ? given : given.slice(0, end);
  return [...before.filter(({ text }) => !/^-./.test(text)), ...(end < 0 ? [] : given.slice(end + 1))];
}

/** Where find looks: the words before its first option. */
function starts(given: readonly ShellWord[]): (string | null)[] {
  const first = given.findIndex(({ text }) => /^[-(!]/.test(text));
  const named = given.slice(0, first < 0 ? given.length : first).map(nameOf);
  return named.length === 0 ? ["."] : named;
}

/** The archive tar makes, or the directory it unpacks into. */
function tar(given: readonly ShellWord[]): (string | null)[] {
  const mode = given[0]?.text.replace(/^-(?!-)/, "") ?? "";
  const has = (letter: string, long: string) =>
    mode.includes(letter) || given.some(({ text }) => text === long);
  const after = (letter: string, long: string) => {
    const at = given.findIndex(({ text }) => text === `-${letter}` || text === long);
    return at < 0 ? undefined : given[at + 1];
  };
  if (has("x", "--extract")) return [nameOf(after("C", "--directory") ?? { text: ".", literal: true })];
  if (!has("c", "--create")) return [];
  const archive = after("f", "--file") ?? (mode.includes("f") ? given[1] : undefined);
  return archive === undefined ? [] : [nameOf(archive)];
}

function nameOf({ text, literal }: ShellWord): string | null {
  return literal ? text : null;
}
