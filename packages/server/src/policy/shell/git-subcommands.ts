import type { ShellWord } from "../verdict.ts";
import { codeIn } from "./code-options.ts";
import { runs, runsText, unknown } from "./found.ts";
import type { Found } from "./unwrap.ts";

/** Settings that name no program, file or place. */
const plainSetting =
  /^(?:color\.|advice\.|column\.|user\.(?:name|email)$|log\.|status\.|core\.(?:quotepath|abbrev|autocrlf|safecrlf|filemode|ignorecase|precomposeunicode|longpaths)$|init\.defaultbranch$|pull\.(?:rebase|ff)$|merge\.(?:ff|conflictstyle)$|commit\.gpgsign$|tag\.gpgsign$|push\.default$|fetch\.prune$|diff\.(?:renames|mnemonicprefix|noprefix|algorithm|context|colormoved)$|gc\.auto$|protocol\.version$)/i;

/** Whether a setting of git can name no program that git would run. */
export function isPlainSetting(key: string): boolean {
  return plainSetting.test(key);
}

const packs = { text: ["upload-pack", "receive-pack", "exec"] };
const options: Readonly<Record<string, Parameters<typeof codeIn>[2]>> = {
  clone: { text: ["u", "upload-pack"], unknown: ["c", "config", "template"] },
  init: { unknown: ["template"] },
  fetch: packs,
  pull: packs,
  push: packs,
  "ls-remote": packs,
  archive: packs,
  "fetch-pack": packs,
  "send-pack": packs,
  rebase: { text: ["x", "exec"] },
  grep: { text: ["O", "open-files-in-pager"] },
  difftool: { text: ["x", "extcmd"] },
  mergetool: { unknown: ["t", "tool"] },
};

/** What a subcommand of git runs by its options or words; `words` begin with its name. */
export function subcommandRuns(words: readonly ShellWord[], name: string): readonly Found[] {
  const [sub, first, ...rest] = words;
  if (!sub?.literal) return [];
  const found = codeIn(words.slice(1), name, options[sub.text] ?? {});
  if (words.some(({ text }) => /^(?:--[\w-]+=)?ext::/.test(text))) found.push(unknown(name, words));
  if (sub.text === "submodule" && first?.text === "foreach") {
    const text = rest.filter((word) => !/^(?:--recursive|-q|--quiet)$/.test(word.text));
    found.push(runsText(name, text));
  }
  if (sub.text === "bisect" && first?.text === "run") found.push(runs(name, rest));
  if (sub.text === "filter-branch") found.push(unknown(name, words));
  if (sub.text === "config" && !readsSetting(words.slice(1))) found.push(unknown(name, words));
  return found;
}

/** Whether `git config` only tells a setting, or sets one that cannot name a program. */
function readsSetting(words: readonly ShellWord[]): boolean {
  const plain = words.filter((word) => !word.text.startsWith("-"));
  const asks = words.some(({ text }) =>
    /^(?:-l|--list|--get(?:-\w+)?|get|list|--show-origin|--unset(?:-all)?)$/.test(text),
  );
  const [key] = plain[0]?.text === "set" ? plain.slice(1) : plain;
  return asks || plain.length <= 1 || (key?.literal === true && isPlainSetting(key.text));
}
