import type { ShellWord } from "../verdict.ts";
import { sortOut } from "./operands.ts";

/** The paths a command reads and writes. */
interface Files {
  readonly reads: readonly ShellWord[];
  readonly writes: readonly ShellWord[];
}

type FileIntent = (words: readonly ShellWord[]) => Files;

const here: ShellWord = { text: ".", literal: true };

/** All operands behind the first `skip` are written. */
function writesAll(valued: readonly string[] = [], skip = 0): FileIntent {
  return (words) => ({ reads: [], writes: sortOut(words, valued).operands.slice(skip) });
}

/** All operands behind the first `skip` are read; the values of some options are written. */
function readsAll(valued: readonly string[] = [], skip = 0, written: readonly string[] = []): FileIntent {
  return (words) => {
    const { operands, options } = sortOut(words, [...valued, ...written]);
    return { reads: operands.slice(skip), writes: written.flatMap((name) => options.get(name) ?? []) };
  };
}

/** `cp a b dir`: the last operand is written, or what `-t` names. */
function copies(valued: readonly string[], moves: boolean): FileIntent {
  return (words) => {
    const { operands, options } = sortOut(words, [...valued, "t", "target-directory", "S", "suffix"]);
    const into = [...(options.get("t") ?? []), ...(options.get("target-directory") ?? [])];
    const from = into.length > 0 ? operands : operands.slice(0, -1);
    const to = into.length > 0 ? into : operands.slice(-1);
    return moves ? { reads: [], writes: [...from, ...to] } : { reads: from, writes: to };
  };
}

/** A program that turns a file into another beside it, unless it is told to print. */
const compresses: FileIntent = (words) => {
  const { operands, options } = sortOut(words, ["S", "T", "o"]);
  const prints = ["c", "stdout", "l", "list", "t", "test"].some((name) => options.has(name));
  return prints
    ? { reads: operands, writes: [] }
    : { reads: [], writes: [...operands, ...(options.get("o") ?? [])] };
};

/** Patterns and programs come first, unless an option gives them. */
function searches(valued: readonly string[], given: readonly string[]): FileIntent {
  return (words) => {
    const { operands, options } = sortOut(words, [...valued, ...given]);
    const files = given.some((name) => options.has(name)) ? operands : operands.slice(1);
    return { reads: [...files, ...(options.get("f") ?? [])], writes: [] };
  };
}

const sed: FileIntent = (words) => {
  // -i takes a suffix only in the same word.
  const { operands, options } = sortOut(words, ["e", "expression", "f", "file"]);
  const given = ["e", "expression", "f", "file"].some((name) => options.has(name));
  const files = given ? operands : operands.slice(1);
  return options.has("i") || options.has("in-place")
    ? { reads: [], writes: files }
    : { reads: files, writes: [] };
};

const find: FileIntent = (words) => {
  const first = words.findIndex((word) => /^["']?[-(!]/.test(word.text));
  const start = first < 0 ? words : words.slice(0, first);
  const roots = start.length === 0 ? [here] : start;
  const written = words.filter((_, index) =>
    /^-(?:fprint0?|fls|fprintf)$/.test(words[index - 1]?.text ?? ""),
  );
  const deletes = words.some((word) => word.text === "-delete");
  return { reads: roots, writes: deletes ? [...roots, ...written] : written };
};

const tar: FileIntent = (words) => {
  const [old, ...rest] = words;
  const given =
    old && /^[A-Za-z]+$/.test(old.text) && old.literal
      ? [{ text: `-${old.text}`, literal: true }, ...rest]
      : words;
  const { operands, options } = sortOut(given, [
    "f",
    "file",
    "C",
    "directory",
    "T",
    "X",
    "files-from",
    "exclude",
  ]);
  const has = (...names: string[]) => names.some((name) => options.has(name));
  const archive = [...(options.get("f") ?? []), ...(options.get("file") ?? [])];
  const folders = [...(options.get("C") ?? []), ...(options.get("directory") ?? [])];
  if (has("x", "extract", "get")) return { reads: archive, writes: folders.length > 0 ? folders : [here] };
  if (has("t", "list", "d", "diff", "compare")) return { reads: archive, writes: [] };
  return { reads: operands, writes: archive };
};

const unzip: FileIntent = (words) => {
  const { operands, options } = sortOut(words, ["d", "x", "P"]);
  const prints = ["l", "t", "p", "v", "Z"].some((name) => options.has(name));
  return { reads: operands.slice(0, 1), writes: prints ? [] : (options.get("d") ?? [here]) };
};

const dd: FileIntent = (words) => {
  const value = (key: string) =>
    words
      .filter(({ text }) => text.startsWith(key))
      .map(({ text, literal }) => ({ text: text.slice(key.length), literal }));
  return { reads: value("if="), writes: value("of=") };
};

const curl: FileIntent = (words) => {
  const valued = "o output c cookie-jar D dump-header T upload-file X H d data u A e F b x m w K".split(" ");
  const { options } = sortOut(words, [
    ...valued,
    "request",
    "header",
    "user",
    "form",
    "trace",
    "trace-ascii",
    "output-dir",
  ]);
  const of = (...names: string[]) => names.flatMap((name) => options.get(name) ?? []);
  const saves = of("O", "remote-name", "remote-name-all", "J").length > 0;
  const written = of(
    "o",
    "output",
    "c",
    "cookie-jar",
    "D",
    "dump-header",
    "trace",
    "trace-ascii",
    "output-dir",
  );
  return { reads: of("T", "upload-file"), writes: saves ? [...written, here] : written };
};

const wget: FileIntent = (words) => {
  const { options } = sortOut(words, [
    "O",
    "output-document",
    "o",
    "a",
    "P",
    "directory-prefix",
    "i",
    "U",
    "t",
    "T",
  ]);
  const of = (...names: string[]) => names.flatMap((name) => options.get(name) ?? []);
  const written = of("O", "output-document", "o", "a", "P", "directory-prefix");
  return {
    reads: of("i"),
    writes: of("O", "output-document", "P", "directory-prefix").length > 0 ? written : [...written, here],
  };
};

const changesTree =
  /^(?:am|apply|checkout|cherry-pick|clean|clone|init|merge|mv|pull|rebase|reset|restore|revert|rm|stash|switch|worktree)$/;

const git: FileIntent = (words) => {
  const sub = words.find((word) => !word.text.startsWith("-"));
  const { options } = sortOut(words, ["output"]);
  const written = options.get("output") ?? [];
  return { reads: [], writes: sub && changesTree.test(sub.text) ? [here, ...written] : written };
};

const readers =
  "cat tac nl less more wc stat file ls tree du md5sum sha1sum sha256sum sha512sum cksum diff cmp comm paste fold strings od hexdump readlink realpath source . column rev base64 vim view nano";

/** Programs whose words say what files they touch. */
export const fileIntents: Readonly<Record<string, FileIntent>> = {
  ...Object.fromEntries(readers.split(" ").map((name) => [name, readsAll()])),
  ...Object.fromEntries(
    "rm rmdir unlink shred mkfifo mknod tee".split(" ").map((name) => [name, writesAll()]),
  ),
  ...Object.fromEntries(
    "gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd".split(" ").map((name) => [name, compresses]),
  ),
  head: readsAll(["n", "c"]),
  tail: readsAll(["n", "c"]),
  cut: readsAll(["d", "f", "c", "b"]),
  sort: readsAll(["k", "t", "S", "T"], 0, ["o", "output"]),
  touch: writesAll(["t", "d", "r"]),
  mkdir: writesAll(["m", "mode"]),
  truncate: writesAll(["s", "r"]),
  chmod: writesAll(["reference"], 1),
  chown: writesAll(["reference", "from"], 1),
  chgrp: writesAll(["reference"], 1),
  cp: copies([], false),
  install: copies(["m", "o", "g"], false),
  rsync: copies(["e", "rsh", "exclude", "include"], false),
  scp: copies(["i", "P", "o", "F", "l", "J"], false),
  mv: copies([], true),
  ln: (words) => ({ reads: [], writes: sortOut(words, []).operands.slice(-1) }),
  uniq: (words) => split(sortOut(words, ["f", "s", "w"]).operands),
  xxd: (words) => split(sortOut(words, ["l", "s", "c", "g"]).operands),
  zip: (words) => {
    const [archive, ...rest] = sortOut(words, ["x", "i"]).operands;
    return { reads: rest, writes: archive ? [archive] : [] };
  },
  patch: (words) => ({ reads: sortOut(words, ["i", "p"]).options.get("i") ?? [], writes: [here] }),
  grep: searches(["A", "B", "C", "m"], ["e", "f", "regexp", "file"]),
  rg: searches(["A", "B", "C", "m", "g", "t", "glob", "type"], ["e", "f", "regexp", "file", "files"]),
  awk: searches(["F", "v"], ["f"]),
  jq: searches(["arg", "argjson"], ["f", "from-file"]),
  sed,
  find,
  tar,
  unzip,
  dd,
  curl,
  wget,
  git,
};

/** The first operand is read, the second written. */
function split([read, write]: readonly ShellWord[]): Files {
  return { reads: read ? [read] : [], writes: write ? [write] : [] };
}
