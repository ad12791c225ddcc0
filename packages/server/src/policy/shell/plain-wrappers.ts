import type { WrittenCommand } from "./command.ts";
import { leadingAssignments } from "./env.ts";
import { itself, runs, runsText, unknown } from "./found.ts";
import { type OptionTable, readOptions } from "./options.ts";
import { isReserved } from "./reserved.ts";
import type { Found, Unwrap } from "./unwrap.ts";

/** A wrapper that runs the words behind its options, and a number of words of its own. */
interface PlainWrapper extends OptionTable {
  /** Words between the options and the command. */
  readonly own?: number;
  /** Does something itself that is to be judged: opens a namespace, traces, writes a file. */
  readonly acts?: boolean;
  /** `-5` is a number, not options. */
  readonly number?: boolean;
  /** The option whose value is a text for a shell. */
  readonly text?: string;
}

const table: Readonly<Record<string, PlainWrapper>> = {
  timeout: {
    flags: "vfp",
    values: "ks",
    longFlags: ["verbose", "foreground", "preserve-status"],
    longValues: ["kill-after", "signal"],
    own: 1,
  },
  gtimeout: {
    values: "ks",
    longFlags: ["foreground", "preserve-status"],
    longValues: ["kill-after", "signal"],
    own: 1,
  },
  nice: { values: "n", longValues: ["adjustment"], number: true },
  ionice: { flags: "t", values: "cn", longFlags: ["ignore"], longValues: ["class", "classdata"] },
  nohup: {},
  setsid: { flags: "cfw", longFlags: ["ctty", "fork", "wait"] },
  stdbuf: { values: "ioe", longValues: ["input", "output", "error"] },
  time: { flags: "pvq", longFlags: ["portability", "verbose", "quiet"] },
  builtin: {},
  // Words of zsh; to other shells they are programs of their own.
  noglob: { acts: true },
  nocorrect: { acts: true },
  "-": { acts: true },
  repeat: { own: 1, acts: true },
  chrt: { flags: "abfiorR", values: "TPD", own: 1 },
  taskset: { flags: "a", values: "", longFlags: ["all-tasks"], own: 1 },
  caffeinate: { flags: "dimsu", values: "t" },
  unbuffer: { flags: "p" },
  chronic: { flags: "ev" },
  fakeroot: { acts: true },
  chroot: { longValues: ["groups", "userspec"], longFlags: ["skip-chdir"], own: 1, acts: true },
  unshare: {
    flags: "mUuinpCTrcf",
    longFlags: ["mount", "user", "uts", "ipc", "net", "pid", "cgroup", "fork", "map-root-user", "mount-proc"],
    acts: true,
  },
  strace: { flags: "cCfFdhiqrtTvVxXyzZ", values: "abeEIoOpPsSu", acts: true },
  ltrace: { flags: "bcCfhiLrStTV", values: "aAeDFlnopsuwx", acts: true },
  flock: {
    flags: "sxunoF",
    values: "wEc",
    longFlags: ["shared", "exclusive", "unlock", "nonblock", "close", "no-fork", "verbose"],
    longValues: ["wait", "timeout", "conflict-exit-code", "command"],
    own: 1,
    acts: true,
  },
  script: {
    flags: "aefq",
    values: "cEIOBTmot",
    longFlags: ["append", "return", "flush", "quiet"],
    longValues: ["command"],
    own: 1,
    acts: true,
    text: "c",
  },
};

/** Wrappers that need nothing but their options known. */
export const plainWrappers: Readonly<Record<string, Unwrap>> = Object.fromEntries(
  Object.keys(table).map((name) => [name, plain]),
);

function plain({ words }: WrittenCommand, name: string): readonly Found[] {
  const known = table[name]!;
  const own = known.acts ? [itself(name)] : [];
  const from = known.number && /^-[0-9]+$/.test(words[1]?.text ?? "") ? 2 : 1;
  const found = readOptions(words, from, known);
  if (!found) return [itself(name), unknown(name, words)];
  const text = found.options.filter(([option]) => option === "c" || option === "command");
  if (text.length > 0 && (name === "flock" || name === "script"))
    return [...own, ...text.map(([, value]) => runsText(name, value ? [value] : []))];
  const start = found.next + (known.own ?? 0);
  const skipped = words.slice(found.next, start);
  if (name === "flock" && words[start]?.text === "-c")
    return [...own, runsText(name, words.slice(start + 1, start + 2))];
  const [assignments, inner] =
    name === "time" ? leadingAssignments(words.slice(start)) : [[], words.slice(start)];
  // `time` is syntax: what follows it may be, too.
  if (name === "time" && inner.length > 0 && isReserved(inner[0]!.text))
    return [itself(name), unknown(name, words)];
  if (inner.length === 0) return [];
  return skipped.every((word) => word.literal)
    ? [...own, runs(name, inner, assignments)]
    : [itself(name), unknown(name, words)];
}
