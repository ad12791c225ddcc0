import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  [
    "seed 1",
    "sandbox.modes",
    "read-only, workspace-write, networked and full access are modes of one table.",
  ],
  ["seed 2", "sandbox.declared", "Declared paths and network are held to; a missing backend is an error."],
  [
    "issue 5",
    "sandbox.declared-profile",
    "A task below whose needs the sandbox falls is refused, never downgraded.",
  ],
  [
    "SAFETY C4",
    "sandbox.max-profile",
    "Nobody gets more than the operator allows; asking for a way out is refused and recorded.",
  ],
  [
    "issue 5",
    "sandbox.full-access",
    "Unconfined work needs the operator's configuration and is shown on its records.",
  ],
  [
    "SAFETY C3",
    "sandbox.protected",
    "Git's own settings and hooks and the settings of agents cannot be changed, nor made where missing.",
  ],
  [
    "SAFETY 2.2",
    "sandbox.protected-git",
    "Git works beside protected paths and neither it nor a snapshot finds anything in their place.",
  ],
  [
    "issue 5",
    "sandbox.drivers",
    "One conformance suite passes for every sandbox driver that works on the machine.",
  ],
  ["FIELD B6", "sandbox.escapes", "At least 25 ways out of a sandbox are tried, and none works."],
  [
    "SAFETY S3",
    "sandbox.limits",
    "Memory, processes, disk and CPU time of a run are limited, and a run that hits one says so.",
  ],
  [
    "issue 5",
    "sandbox.container-arguments",
    "Containers get no network, no capability, nothing writable but what is named, and no secret as an argument.",
  ],
  [
    "issue 5",
    "sandbox.container-probe",
    "A container engine that does not answer is said, with what starts it.",
  ],
  [
    "SAFETY S5",
    "sandbox.network-list",
    "Network is closed or through an allow-list of exact hosts, which no other spelling of a name passes.",
  ],
  [
    "FIELD B9",
    "sandbox.cycles",
    "After 500 cancels and crashes of agents and servers no process is left, however it was started.",
  ],
  [
    "issue 5",
    "sandbox.doctor",
    "The doctor tests the sandbox for real and names the command that makes it work.",
  ],
];

/** What the sandbox promises beyond what every confined program is held to. */
export const sandboxRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
