import { SandboxProfileWord, sandboxAliases, sandboxProfile } from "@harness/protocol";
import { z } from "zod";
import { key } from "./key.ts";
import { hosts } from "./shapes.ts";
import { choice, integer, pattern, structure, type ValueType } from "./value-type.ts";

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

/** Hosts agents reach. */
export const hostList = structure(
  hosts,
  'a list of hosts, such as ["packages.example.com", "10.0.0.5:8080"]',
);

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
    choice(["auto", "bwrap", "unshare", "srt", "docker", "podman", "none"]),
    "auto",
    "What confines agents and commands. `auto` takes the first that works of bwrap, unshare and srt. `srt` is not for root; it stands in bubblewrap on Linux, and on macOS it only fences, so that work that needs an isolated sandbox is refused. `none` runs them unconfined and is shown on every record.",
    { env: "HARNESS_SANDBOX" },
  ),
  "sandbox.image": key(
    pattern(/^[\w][\w./:@-]{0,254}$/, 'an image, such as "node:24-bookworm"'),
    null,
    "Image programs run in with the drivers docker and podman; it has to hold them.",
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
    choice(["none", "listed", "full"]),
    "listed",
    "Network of agents: none, exactly the hosts of their model and those the operator lists, through a proxy (`listed`; not with docker and podman), or all of it (`full`; not with srt). Their model's hosts are their vendor's, and that of an address configured for them. It holds up to `workspace-write`; `networked_workspace` has the whole network.",
  ),
  "sandbox.allowed_hosts": key(
    hostList,
    [],
    "Hosts all agents reach besides those of their model where `sandbox.agent_network` is `listed`. Exact names, with the ports 443 and 80 unless one is said; a name that leads to an address of a private network needs that address listed too. One agent's are its own `allowed_hosts`, one project's the `allowed_hosts` of its `[[projects]]` entry, or `[agent] allowed_hosts` of its own file once a person approved it.",
  ),
  "sandbox.command_network": key(
    choice(["none", "full"]),
    "none",
    "Network of validation commands. Setup commands always have it, to fetch dependencies.",
  ),
  "sandbox.limits.memory_bytes": key(
    integer(16_777_216, 1_099_511_627_776, "bytes"),
    8_589_934_592,
    "Most memory one run may use, all its processes together. Held by a control group where there is a place for one (version 2 with `Delegate=yes`, or root), else ended when seen.",
  ),
  "sandbox.limits.processes": key(
    integer(16, 1_000_000),
    4096,
    "Most processes of one run. Held by a control group, or, for an ordinary user, by RLIMIT_NPROC of the sandbox; else ended when seen.",
  ),
  "sandbox.limits.cpu_secs": key(
    integer(1, 31_536_000, "seconds"),
    86_400,
    "Most processor time of one run, and of each of its processes (RLIMIT_CPU).",
  ),
  "sandbox.limits.disk_bytes": key(
    integer(1_048_576, 1_125_899_906_842_624, "bytes"),
    21_474_836_480,
    "Most a workspace may hold while a run works in it, and the largest file it may write (RLIMIT_FSIZE).",
  ),
  "sandbox.limits.tmp_bytes": key(
    integer(1_048_576, 1_099_511_627_776, "bytes"),
    2_147_483_648,
    "Most the private HOME, /tmp, /var/tmp and /dev/shm of a run may hold each. They live in memory.",
  ),
} as const;
