import type { WrittenCommand } from "./command.ts";
import { leadingAssignments } from "./env.ts";
import { itself, runs, runsText, unknown } from "./found.ts";
import { type OptionTable, readOptions } from "./options.ts";
import type { Found } from "./unwrap.ts";

const tables: Readonly<Record<string, OptionTable>> = {
  sudo: {
    flags: "AbEHiKklnPSsBNvV",
    values: "ughpCDRTUrtc",
    longFlags: [
      "askpass",
      "background",
      "preserve-env",
      "set-home",
      "login",
      "non-interactive",
      "stdin",
      "shell",
      "preserve-groups",
    ],
    longValues: [
      "user",
      "group",
      "host",
      "prompt",
      "close-from",
      "chdir",
      "chroot",
      "command-timeout",
      "other-user",
      "role",
      "type",
    ],
    longAttached: ["preserve-env"],
  },
  doas: { flags: "Lns", values: "auC" },
};

/** `sudo` and `doas`: what they run is judged, and that it is run as another user. */
export function asUser({ words }: WrittenCommand, name: string): readonly Found[] {
  const found = readOptions(words, 1, tables[name]!);
  if (!found) return [itself(name), unknown(name, words)];
  const [assignments, inner] = leadingAssignments(words.slice(found.next));
  if (inner.length === 0) return [];
  return [itself(name), runs(name, inner, assignments)];
}

const suTable: OptionTable = {
  flags: "flmpP",
  values: "csgGuwT",
  longFlags: ["fast", "login", "preserve-environment", "pty"],
  longValues: ["command", "session-command", "shell", "group", "supp-group", "user", "whitelist-environment"],
};

/** `su - user -c 'text'`, `runuser -u user command`. */
export function su({ words }: WrittenCommand, name: string): readonly Found[] {
  const found = readOptions(words, 1, suTable);
  if (!found) return [itself(name), unknown(name, words)];
  // `su user -c text`: options may follow the user.
  const skip = words.slice(found.next).findIndex((word) => word.text.startsWith("-") && word.text !== "-");
  const more =
    skip < 0 ? { options: [], next: words.length } : readOptions(words, found.next + skip, suTable);
  if (!more) return [itself(name), unknown(name, words)];
  const options = [...found.options, ...more.options];
  const texts = options.filter(([option]) => /^(?:c|command|session-command)$/.test(option));
  if (texts.length > 0)
    return [itself(name), ...texts.map(([, value]) => runsText(name, value ? [value] : []))];
  const asUserOption = options.some(([option]) => option === "u" || option === "user");
  const inner = words.slice(found.next);
  return asUserOption && inner.length > 0
    ? [itself(name), runs(name, inner)]
    : [itself(name), unknown(name, words)];
}
