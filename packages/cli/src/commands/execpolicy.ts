import path from "node:path";
import type { CommandDefinition } from "../command.ts";
import { exitCodes, usageFailure } from "../failure.ts";

/** `harness execpolicy check`: Codex's own command, with requirements. Needs no server. */
export const execpolicyCommand: CommandDefinition = {
  path: "execpolicy check",
  summary: "Judge a list of words by files of rules, as codex execpolicy check does",
  positionals: [{ param: "command", doc: "The command, word by word", required: true, words: true }],
  forms: () => [],
  extras: [
    {
      flags: "-r, --rules <file>",
      doc: "A file of rules, or a directory (repeatable)",
      path: "rules",
      many: true,
    },
    { flags: "--requirements <file>", doc: "A requirements.toml, which only tightens", path: "requirements" },
    {
      flags: "--resolve-host-executables",
      doc: "Take an absolute program for its name, where host_executable allows it",
      path: "resolve",
    },
    { flags: "--pretty", doc: "Write the JSON over several lines", path: "pretty" },
  ],
  absent: {},
  notes:
    "Words only: no shell is read and no wrapper taken off. harness policy explain judges a command line as agents'\n" +
    "commands are judged.",
  async run({ surroundings }, { params, extras }) {
    const here = (file: unknown) => path.resolve(surroundings.cwd, String(file));
    const rules = Array.isArray(extras["rules"]) ? extras["rules"].map(here) : [];
    const { requirements } = extras;
    if (rules.length === 0 && requirements === undefined)
      throw usageFailure("--rules: name at least one file.", { field: "rules" });
    const { checkCommand } = await import("@harness/server/policy");
    const command = Array.isArray(params["command"]) ? params["command"].map(String) : [];
    const answer = await checkCommand({
      rules,
      requirements: requirements === undefined ? undefined : here(requirements),
      resolveHostExecutables: extras["resolve"] === true,
      command,
    }).catch((error: unknown) => {
      throw usageFailure(error instanceof Error ? error.message : String(error), { field: "rules" });
    });
    surroundings.stdout.write(`${JSON.stringify(answer, null, extras["pretty"] === true ? 2 : undefined)}\n`);
    return exitCodes.ok;
  },
};
