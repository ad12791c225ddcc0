import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  [
    "issue 5",
    "network.default",
    "Unless told otherwise agents reach the hosts of their model and those the operator lists, and no other; each refusal is an event.",
  ],
  [
    "issue 5",
    "network.vendors",
    "The vendors' own programs go to their vendor through the proxy, and the host they want is on their list.",
  ],
  [
    "issue 5",
    "network.configured",
    "The host of an address that is configured for an agent's model is on its list.",
  ],
  ["issue 5", "network.by-agent", "Hosts listed for one agent are reached by that agent only."],
  [
    "issue 5",
    "network.by-project",
    "Hosts listed for one project are reached by agents in it only; those of its own file count once a person approved it.",
  ],
  ["issue 5", "network.doctor", "The doctor says what agents reach, and how to bound it."],
  [
    "issue 5",
    "network.never-other",
    "A driver that cannot give the network that is set refuses the work, with the setting that helps.",
  ],
  [
    "issue 5",
    "gate.freed",
    "A rule of the operator, or one of the project that a person approved, takes the built-in protection off a path; what the configuration names only the operator's does.",
  ],
  [
    "issue 5",
    "rules.real-agents",
    "A command a rule forbids does not run in the real Claude Code and the real Codex, and their model hears the justification.",
  ],
  [
    "FIELD D1",
    "hooks.subagent",
    "SubagentStop is told when a helper ends that an agent started by itself, with what it said.",
  ],
  [
    "issue 5",
    "hooks.durable",
    "What the log says is told to hooks at least once: a server that is killed tells at its next start what had not come to its end.",
  ],
  [
    "issue 5",
    "hooks.turn-durable",
    "Hooks are told at least once what a turn did with its tools and that it is over, also when the server was killed meanwhile; what it was about to do ends with it and is not told again.",
  ],
  [
    "issue 5",
    "hooks.catch-up",
    "Of the time before a start hooks are told the newest thousand events of one day; what is left out is counted.",
  ],
];

/** What agents reach, and what becomes of rules and hooks where real agents and crashes are. */
export const netRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
