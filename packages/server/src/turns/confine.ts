import { mkdir, realpath } from "node:fs/promises";
import path from "node:path";
import type { ProjectSettings, SandboxProfile, SandboxRecord } from "@harness/protocol";
import type { SandboxSpec, WrapFunction } from "../agents/index.ts";
import type { Config } from "../config/index.ts";
import { resolvedDirs } from "../policy/index.ts";
import type { Network, RefusedHost, Sandbox } from "../sandbox/index.ts";

/**
 * The sandbox of one use of a workspace, as a function an agent adapter can call without knowing of sandboxes: the
 * data directory and every registered repository stay hidden, only what the adapter names is visible besides. A role
 * that only reads is confined to that, whatever the profile of the work.
 */
export function confine(
  deps: {
    readonly sandbox: Sandbox;
    readonly config: Pick<Config, "sandbox" | "exec_policy" | "agents">;
    readonly paths: { readonly root: string };
  },
  use: {
    readonly project: { readonly root: string; readonly settings: Pick<ProjectSettings, "allowed_hosts"> };
    readonly agent: string;
    readonly workspace: string;
    readonly access: "read-only" | "workspace-write";
    /** What the work as a whole runs under. */
    readonly record: SandboxRecord;
    readonly onRefusedHost?: (refused: RefusedHost) => void;
  },
): WrapFunction {
  const { sandbox, paths } = deps;
  const allowed = [...allowedHosts(deps.config, use.agent), ...use.project.settings.allowed_hosts];
  const { record } = use;
  const profile = filesOf(use.access, record.profile);
  const dirs = resolvedDirs(deps.config.exec_policy.sandbox, use.workspace);
  const writes = profile === "workspace-write";
  const others = dirs.writable.filter((dir) => path.relative(use.workspace, dir) !== "");
  // The workspace itself may be one of the directories that can be written.
  const narrowed = writes && others.length > 0 && others.length === dirs.writable.length;
  return async (spec) =>
    sandbox.wrap({
      profile: narrowed ? "read-only" : profile,
      workspace: use.workspace,
      readable: [...spec.readable, ...dirs.readable.filter(isOutside(use.workspace))],
      writable: [...spec.state, ...(writes ? await existing(others, use.workspace) : [])],
      writableFiles: spec.writable_files,
      protected: deps.config.sandbox.protected_paths,
      network: networkOf(record, spec, allowed),
      ...(use.onRefusedHost === undefined ? {} : { onRefusedHost: use.onRefusedHost }),
      hidden: [paths.root, use.project.root],
      file: spec.file,
      args: spec.args,
      env: spec.env,
    });
}

const PROFILE_WORDS = {
  "read-only": "read-only",
  "workspace-write": "workspace",
  networked_workspace: "networked_workspace",
  "danger-full-access": "disabled",
} as const;
const DRIVER_WORDS: Partial<Record<SandboxRecord["driver"], string>> = { bwrap: "bubblewrap (bwrap)" };
const NETWORK_WORDS = { none: "off", full: "on", listed: "listed hosts" } as const;

/** The line the output of a command begins with. Source: seed 2. */
export function modeLine({ driver, profile, network }: SandboxRecord): (wanted: boolean) => string {
  const by = DRIVER_WORDS[driver] ?? driver;
  return (wanted) =>
    driver === "none"
      ? "sandbox: disabled"
      : `sandbox: ${PROFILE_WORDS[profile]} (${by}, network: ${NETWORK_WORDS[wanted ? network : "none"]})`;
}

/** Runs one use of a workspace and removes what its sandboxes left besides the work, however it ends. */
export async function whileConfined<T>(
  sandbox: Pick<Sandbox, "reap">,
  workspace: string,
  job: () => Promise<T>,
): Promise<T> {
  try {
    return await job();
  } finally {
    await sandbox.reap(workspace);
  }
}

/** The hosts the operator lets an agent reach besides those of its model. */
function allowedHosts(config: Pick<Config, "sandbox" | "agents">, name: string): readonly string[] {
  const { claude, codex, acp, command } = config.agents;
  const own = new Map([
    ["claude", claude.allowed_hosts],
    ["codex", codex.allowed_hosts],
    ...[...Object.entries(acp), ...Object.entries(command)].map(
      ([agent, { allowed_hosts = [] }]) => [agent, allowed_hosts] as const,
    ),
  ]);
  return [...config.sandbox.allowed_hosts, ...(own.get(name) ?? [])];
}

const isOutside = (workspace: string) => (dir: string) => path.relative(workspace, dir).startsWith("..");

/**
 * The directories that are there, those of the workspace made where they are missing. A link an agent or a repository
 * put in their place must not lead the way out.
 */
async function existing(dirs: readonly string[], workspace: string): Promise<string[]> {
  const root = await realpath(workspace);
  const found: string[] = [];
  for (const dir of dirs) {
    if (isOutside(workspace)(dir)) {
      if (await realpath(dir).catch(() => undefined)) found.push(dir);
      continue;
    }
    await mkdir(dir, { recursive: true }).catch(() => {});
    const real = await realpath(dir).catch(() => undefined);
    if (real !== undefined && real === path.join(root, path.relative(workspace, dir))) found.push(dir);
  }
  return found;
}

function filesOf(access: "read-only" | "workspace-write", profile: SandboxProfile) {
  if (access === "read-only" || profile === "read-only") return "read-only";
  return profile === "danger-full-access" ? profile : "workspace-write";
}

/** A program that asks for no network gets none, whatever the work may have. */
function networkOf(record: SandboxRecord, spec: SandboxSpec, allowed: readonly string[]): Network {
  if (!spec.network || record.network === "none") return "none";
  if (record.network === "full") return "full";
  return { hosts: [...(spec.hosts ?? []), ...allowed] };
}
