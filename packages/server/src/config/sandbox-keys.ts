import { SandboxProfileWord, sandboxAliases, sandboxProfile } from "@harness/protocol";
import { z } from "zod";
import { key } from "./key.ts";
import { choice, structure, type ValueType } from "./value-type.ts";

/** A profile, under any of its names. */
const profile: ValueType<ReturnType<typeof sandboxProfile>> = {
  get schema() {
    return SandboxProfileWord.transform(sandboxProfile) as unknown as z.ZodType<
      ReturnType<typeof sandboxProfile>
    >;
  },
  expected: SandboxProfileWord.options.map((word) => `"${word}"`).join(" or "),
  kind: "plain",
  fromText: (text) => text,
};

const aliases = Object.entries(sandboxAliases)
  .map(([alias, name]) => `\`${alias}\` is \`${name}\``)
  .join(", ");

/** What of a repository decides which programs run on somebody's machine, without being built or tested. */
const PROTECTED = [
  ".git/config",
  ".git/config.worktree",
  ".git/hooks",
  ".git/info",
  ".husky",
  ".harness",
  ".claude",
  ".mcp.json",
  ".codex",
  ".gemini",
  ".opencode",
  "opencode.json",
  "opencode.jsonc",
] as const;

/** Settings of what confines agents and commands. */
export const sandboxKeys = {
  "sandbox.driver": key(
    choice(["auto", "bwrap", "unshare", "none"]),
    "auto",
    "What confines agents and commands. `none` runs them unconfined and is shown on every record.",
    { env: "HARNESS_SANDBOX" },
  ),
  "sandbox.profile": key(
    profile,
    "workspace-write",
    `What agents may do when neither task nor project says: \`read-only\`, \`workspace-write\`, \`networked_workspace\` or \`danger-full-access\` (${aliases}).`,
  ),
  "sandbox.max_profile": key(
    profile,
    "networked_workspace",
    "The most a task, thread or project may ask for. Only `danger-full-access` here lets one run unconfined.",
  ),
  "sandbox.protected_paths": key(
    structure(
      z
        .array(
          z.string().regex(/^(?!.*(^|\/)\.{0,2}(\/|$))[^\0]{1,500}$/, "expected a path in the workspace"),
        )
        .max(100),
      'a list of paths in the workspace, such as [".git/hooks", ".claude"]',
    ),
    [...PROTECTED],
    "Paths of the workspace no agent can change or make. Where the work is to change one of them, leave it out of the list.",
  ),
  "sandbox.agent_network": key(
    choice(["none", "full"]),
    "full",
    "Network of agents up to `workspace-write`; they need it to reach their model. `networked_workspace` has the whole network.",
  ),
  "sandbox.command_network": key(
    choice(["none", "full"]),
    "none",
    "Network of validation commands. Setup commands always have it, to fetch dependencies.",
  ),
} as const;
