import type { ShellWord } from "../verdict.ts";
import { literalWord, type WrittenCommand } from "./command.ts";
import { itself, runs, runsText, unknown } from "./found.ts";
import { isPlainSetting, subcommandRuns } from "./git-subcommands.ts";
import { readOptions } from "./options.ts";
import type { Found } from "./unwrap.ts";

const table = {
  flags: "pPhv",
  values: "Cc",
  longFlags: [
    "no-pager",
    "paginate",
    "no-replace-objects",
    "no-lazy-fetch",
    "no-optional-locks",
    "no-advice",
    "literal-pathspecs",
    "glob-pathspecs",
    "noglob-pathspecs",
    "icase-pathspecs",
    "bare",
    "version",
    "help",
    "html-path",
    "man-path",
    "info-path",
  ],
  longValues: ["git-dir", "work-tree", "namespace", "super-prefix", "config-env", "attr-source"],
  longAttached: ["exec-path", "list-cmds"],
};

/** Options that change nothing of what a subcommand does. */
const quiet = /^(?:P|no-pager|no-optional-locks|no-advice|literal-pathspecs|no-replace-objects)$/;
/**
 * `git -C dir -c key=value subcommand`: judged as written and without the options, so that a rule on `git push` holds
 * for `git -C x push`. A setting may name a program that git runs.
 */
export function git({ words }: WrittenCommand, name: string): readonly Found[] {
  const found = readOptions(words, 1, table);
  if (!found) return [itself(name), unknown(name, words)];
  const rest = words.slice(found.next);
  if (rest.length === 0) return [];
  if (found.next === 1) {
    const inside = subcommandRuns(rest, name);
    return inside.length === 0 ? [] : [itself(name), ...inside];
  }
  const settings = found.options.flatMap(([option, value]) => (option === "c" && value ? [value] : []));
  const changes = found.options.some(([option]) => /^(?:exec-path|config-env)$/.test(option));
  const stripped = runs(name, [words[0]!, ...rest]);
  if (found.options.every(([option]) => quiet.test(option))) return [{ ...stripped, same: true }];
  return [
    itself(name),
    ...settings.flatMap((setting) => settingRuns(setting, rest, name)),
    ...(changes ? [unknown(name, words)] : []),
    stripped,
  ];
}

function settingRuns(setting: ShellWord, rest: readonly ShellWord[], name: string): readonly Found[] {
  const [, key = "", value = ""] = /^([^=]*)(?:=([\s\S]*))?$/.exec(setting.text) ?? [];
  if (!setting.literal) return [unknown(name, [setting])];
  if (isPlainSetting(key)) return [];
  if (!/^alias\./i.test(key)) return [unknown(name, [setting])];
  if (value.startsWith("!")) return [runsText(name, [literalWord(value.slice(1))]), unknown(name, [setting])];
  const words = value.split(/\s+/).filter((word) => word !== "");
  return [runs(name, [literalWord("git"), ...words.map(literalWord), ...rest.slice(1)])];
}
