import { type RuleFunction, ruleFunctions } from "../packages/server/src/policy/index.ts";
import { page, table } from "./page-text.ts";

/** The page of the language of rules, from the table of its functions. */
export function rulesPage(): string {
  const sections = Object.entries(ruleFunctions).map(([name, row]) => functionSection(name, row));
  const intro =
    "Rules judge what agents do: commands, files, network hosts, tools, and the change that comes out.";
  return page("Rules", intro, [language, where, judging, ...sections, imported, codex]);
}

function functionSection(name: string, { doc, parameters, example }: RuleFunction): string {
  const rows = Object.entries(parameters).map(([parameter, meaning]) => [`\`${parameter}\``, meaning]);
  return [`## ${name}`, doc, table(["argument", ""], rows), `\`\`\`python\n${example}\n\`\`\``].join("\n\n");
}

const language = `## The language

A file of rules is a small part of Starlark: remarks, names that are given a value once, and calls of the functions below. Values are strings, whole numbers, \`True\`, \`False\`, \`None\`, lists and dicts; \`+\` joins two strings or two lists. There is no \`load\`, \`def\`, \`lambda\`, loop, condition, comprehension or f-string. A file has at most 512 KB, 10000 calls, 512 expressions inside each other, and does at most 1000000 things; it is read in a thread with bounded memory and time.

Arguments may be given by position, in the order of the tables below, or by name.`;

const where = `## Where rules come from

| layer | file | counts |
|---|---|---|
| operator | \`rules.exec_policy_paths\`, \`rules.claude_settings_paths\` | from the start of the server, and anew after \`harness rule load\` |
| project | \`.harness/policy.rules\` on the base branch | once a person approved it (\`harness project approve\`), under one hash with \`.harness/config.toml\`; asked again when it changes. The copy on a task's branch has no effect |
| default | built in | inside the workspace yes, outside no, git's own files not by hand |

The highest layer that says anything of an action is heard; in it the strictest: \`forbidden\`, then \`prompt\`, then \`allow\`. Which rule stands first never matters. \`rules.requirements_path\` names a \`requirements.toml\`, which is heard above all layers and can only tighten:

\`\`\`toml
[[rules.prefix_rules]]
pattern = [{ token = "git" }, { any_of = ["push", "remote"] }]
decision = "forbidden"
justification = "Harness publishes."
\`\`\`

A file that is named but missing, or holds any mistake, forbids everything until it is mended: \`harness doctor\`, \`harness rule list\` and every refused action say which and where. \`harness rule check FILE\` looks at a file without effect.`;

const judging = `## How a command is judged

A command line is read as a shell would read it. Each segment is judged by itself, with wrappers such as \`timeout\` and \`bash -c\` taken off, and the strictest is the answer. Redirects are judged as reads and writes by \`path_rule\`.

- A word that is known only when it runs (\`$X\`, \`$(…)\`, a glob) fits no rule that allows; where it may fit a stricter one, the command is asked about.
- A program with a path fits a rule that allows only when the rule names the path or \`host_executable\` declares it; a stricter rule sees through the path.
- A rule that allows a command does not allow it inside \`sudo\` and its like; a stricter one sees through every wrapper.
- What cannot be read, or runs a program nobody can name beforehand, is asked about, and forbidden where nobody is there to ask. Only with the profile \`allow_all\` and no rule in force that asks or forbids is it allowed.

\`harness policy explain "git status && git push"\` shows every segment and every rule that was tried; \`harness policy dry-run --rules FILE\` judges past commands by other rules.`;

const imported = `## Files of other tools

Codex's \`.rules\` files are read unchanged: name them, or their directory, in \`rules.exec_policy_paths\`. Files that use \`def\`, comprehensions or f-strings are refused with the place.

The permission lists of Claude Code's \`settings.json\` are read unchanged: name the files in \`rules.claude_settings_paths\`. \`deny\` forbids, \`ask\` prompts, \`allow\` allows.

| entry | becomes |
|---|---|
| \`Bash(git diff:*)\`, \`Bash(git diff *)\` | commands that begin with these words |
| \`Bash(npm run test)\` | exactly this command |
| \`Bash(git * main)\` | the whole command, \`*\` for any letters |
| \`Read(./src/**)\`, \`Edit(/docs/**)\`, \`Read(//etc/**)\`, \`Read(~/.ssh/**)\` | paths of the workspace, of the file system, of the home directory |
| \`WebFetch(domain:example.com)\` | the host |
| \`mcp__server\`, \`mcp__server__tool\` | all tools of the server, one tool |
| anything else | the whole tool where it denies or asks; nothing, with a note in \`harness rule list\`, where it allows |`;

const codex = `## harness execpolicy check

\`harness execpolicy check -r FILE… [--requirements FILE] [--resolve-host-executables] [--pretty] COMMAND…\` answers the JSON of \`codex execpolicy check\`: \`{matchedRules: [{prefixRuleMatch: {matchedPrefix, decision, resolvedProgram?, justification?}}], decision?}\`. It judges words: no shell is read, no wrapper taken off. A test compares it with Codex's own answers; it differs only in what it refuses to read: \`def\`, comprehensions, f-strings, and a name that is given a second value.`;
