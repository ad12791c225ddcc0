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
];

/** What the rules of the policy promise. */
export const ruleRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
