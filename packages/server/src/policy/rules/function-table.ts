import type { Arguments } from "./arguments.ts";
import { commandRule, hostExecutable } from "./command-functions.ts";
import { diffRule, hostRule, networkRule, pathRule, protectedRule, toolRule } from "./other-functions.ts";
import type { HostExecutable, Rule } from "./rule.ts";

/** A rule before it is known where it stands. */
export type Unplaced = Rule extends infer R
  ? R extends Rule
    ? Omit<R, "id" | "layer" | "file" | "line">
    : never
  : never;

/** What a call of a function adds to a file. */
export type Added = { readonly rule: Unplaced } | { readonly executable: HostExecutable };

/** A function that files of rules can call. */
export interface RuleFunction {
  /** What it is for, for the reference page. */
  readonly doc: string;
  /** Its parameters in order, with what they mean. */
  readonly parameters: Readonly<Record<string, string>>;
  /** A call, for the reference page; a test runs it. */
  readonly example: string;
  readonly read: (call: Arguments) => Added;
}

const decision = 'What it says: `"allow"`, `"prompt"` or `"forbidden"`.';
const justification = "Why, for the person who is asked and for the agent that is refused.";
const match = "Examples it must say something of; checked when the file is read.";
const not_match = "Examples it must say nothing of; checked when the file is read.";

/** Every function of the language. Codex's own keep its meaning, so that its files are read unchanged. */
export const ruleFunctions: Readonly<Record<string, RuleFunction>> = {
  prefix_rule: {
    doc: "Says something of commands that begin with these words. Of a command line each segment is judged by itself, wrappers such as `timeout` taken off.",
    parameters: {
      pattern: "The first words; a list in place of a word holds alternatives.",
      decision: `${decision} \`"allow"\` unless told.`,
      match: `${match} A text is split into words as a shell would; a list is taken word by word.`,
      not_match,
      justification,
    },
    example: `prefix_rule(
    pattern = ["git", ["push", "remote"]],
    decision = "prompt",
    justification = "Harness publishes the branch itself.",
    match = ["git push origin main", ["git", "remote", "-v"]],
    not_match = ["git status"],
)`,
    read: commandRule,
  },
  host_executable: {
    doc: "Says where a program lies. A command that names it by its absolute path is then taken for the name; other paths of that name are not, for rules that allow.",
    parameters: {
      name: "The program's name, without a path.",
      paths: "Absolute paths that end in the name.",
    },
    example: `host_executable(name = "git", paths = ["/usr/bin/git", "/opt/homebrew/bin/git"])`,
    read: hostExecutable,
  },
  network_rule: {
    doc: "Codex's rule for one host. The protocol is checked for its spelling only: a host is judged whatever it is spoken to with.",
    parameters: {
      host: "The host's name, without wildcards.",
      protocol: '`"http"`, `"https"`, `"socks5_tcp"` or `"socks5_udp"`.',
      decision: `${decision} \`"deny"\` is \`"forbidden"\`.`,
      justification,
    },
    example: `network_rule(host = "api.github.com", protocol = "https", decision = "allow")`,
    read: networkRule,
  },
  path_rule: {
    doc: "Says something of files an agent reads or writes, by a tool or by a redirect of a command. Relative globs count from the workspace, `~/` from the home directory; a name without a slash fits at any depth; a directory stands for all in it. `*` stays in one part of a path, `**` crosses parts.",
    parameters: {
      paths: "One glob, or a list.",
      decision,
      access: '`"read"`, `"write"`, or a list of both; both unless told.',
      justification,
      match,
      not_match,
    },
    example: `path_rule(
    paths = ["*.pem", "~/.ssh/**"],
    decision = "forbidden",
    justification = "Keys are nobody's business.",
    match = ["certs/site.pem", "~/.ssh/id_ed25519"],
    not_match = ["src/pem.ts"],
)`,
    read: pathRule,
  },
  host_rule: {
    doc: "Says something of hosts an agent's tools reach. What the sandbox's network allows is not widened by it.",
    parameters: {
      hosts: "One name, or a list; `*.example.com` is everything below it, `*` every host.",
      decision,
      justification,
      match,
      not_match,
    },
    example: `host_rule(hosts = ["*.internal", "metadata.google.internal"], decision = "forbidden")`,
    read: hostRule,
  },
  tool_rule: {
    doc: "Says something of an agent's tools by the agent's own names for them; `*` stands for any letters.",
    parameters: { tools: "One name, or a list.", decision, justification, match, not_match },
    example: `tool_rule(tools = "mcp__github__*", decision = "prompt", match = ["mcp__github__create_issue"])`,
    read: toolRule,
  },
  protected_rule: {
    doc: "Names files of the repository that a finished change may not touch without a person: their change is asked about before it is published, or refused.",
    parameters: {
      paths: "One glob, or a list, from the root of the repository.",
      decision: `${decision} \`"prompt"\` unless told; \`"allow"\` takes a lower layer's protection off.`,
      justification,
      match,
      not_match,
    },
    example: `protected_rule(paths = [".github/workflows/**", "CODEOWNERS"], justification = "CI decides what is green.")`,
    read: protectedRule,
  },
  diff_rule: {
    doc: "Limits how much one finished change may alter of some files; beyond it the change is asked about, or refused.",
    parameters: {
      paths: "One glob, or a list; every file unless told.",
      max_files: "Files changed at most.",
      max_lines: "Lines added and removed at most.",
      decision: `${decision} \`"prompt"\` unless told.`,
      justification,
    },
    example: `diff_rule(paths = "migrations/**", max_files = 3, justification = "One migration at a time.")`,
    read: diffRule,
  },
};
