import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  [
    "issue 5",
    "rules.strictest",
    "Each segment of a command is judged, and the strictest is the answer; a command is allowed by rule only when all of it is.",
  ],
  [
    "issue 5",
    "rules.layers",
    "The operator's rules are heard before the project's, those before the defaults; inside a layer the strictest; a requirement above all.",
  ],
  [
    "issue 5",
    "rules.no-false-allow",
    "Paths, wrappers and words known only later fit no allowing rule, and do fit a stricter one.",
  ],
  ["seed 1", "rules.host-executable", "host_executable says which absolute paths count as a program's name."],
  [
    "SAFETY C8",
    "rules.unknown",
    "A command that cannot be read is asked about, or refused where nobody is there.",
  ],
  [
    "issue 5",
    "rules.intent",
    "Files and hosts a command names by its words are judged by the rules of paths and hosts, where these are strict.",
  ],
  ["issue 5", "rules.redirects", "Redirects are judged as writes of their targets."],
  [
    "issue 5",
    "rules.functions",
    "Rules speak of paths, network hosts and tools, and of protected files and diffs.",
  ],
  ["issue 5", "rules.settings", "Lists and profile can make what rules say stricter, and nothing else."],
  [
    "SAFETY 4.6",
    "rules.fail-closed",
    "An error in any file of rules forbids everything and says where it is.",
  ],
  ["seed 1", "rule.load", "rule/load replaces the rules of a project; loading twice changes nothing."],
  [
    "seed 1",
    "policy.starlark",
    "prefix_rule and host_executable decide allow, prompt or forbidden, strictest wins, examples verified at load.",
  ],
  ["seed 1", "policy.requirements", "requirements.toml can only tighten."],
  ["seed 1", "policy.cli", "harness execpolicy check answers Codex's JSON."],
  ["issue 5", "policy.import", "Codex rules and Claude permission lists import unchanged."],
  ["issue 5", "policy.explain", "policy/explain shows every segment, rule tried and the one that decided."],
  [
    "issue 5",
    "policy.dry-run",
    "Other rules are tried on the commands of the past: which decisions would change is told, and nothing changes.",
  ],
  [
    "issue 5",
    "rules.discovery",
    "The operator's rules are read from files and directories the settings name, at the start and when told.",
  ],
  [
    "issue 5",
    "rules.project",
    "A project's rules count as a person approved them on its base branch; a task's copy is ignored, and told.",
  ],
  ["issue 5", "rules.hits", "Each rule in force is listed with how often it matched."],
  ["issue 5", "rules.order", "In which order rules stand never matters."],
  [
    "issue 5",
    "rules.oracle",
    "Where the real codex execpolicy check answers, ours agrees; each difference has its reason.",
  ],
  [
    "SAFETY 4.6",
    "rules.limits",
    "A file of rules cannot run long, nest deep or fill the memory: it is refused, and the server goes on.",
  ],
  ["SAFETY 4.6", "rules.fuzz", "Any text given as rules is rules or a fault with its place."],
  ["SAFETY A10", "rules.no-paths", "No request names a file of rules on the machine."],
  ["issue 5", "rules.links", "A link inside the workspace is judged as what it leads to."],
  [
    "issue 5",
    "rules.change",
    "Rules name files a finished change may not touch, and how much it may alter, without a person.",
  ],
];

/** What the rules of the policy promise. */
export const ruleRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
