import type { SandboxProfile, SandboxRecord } from "@harness/protocol";
import type { SandboxSpec, WrapFunction } from "../agents/index.ts";
import type { Config } from "../config/index.ts";
import type { Network, RefusedHost, Sandbox } from "../sandbox/index.ts";

/**
 * The sandbox of one use of a workspace, as a function an agent adapter can call without knowing of sandboxes: the
 * data directory and every registered repository stay hidden, only what the adapter names is visible besides. A role
 * that only reads is confined to that, whatever the profile of the work.
 */
export function confine(
  deps: {
    readonly sandbox: Sandbox;
    readonly config: Pick<Config, "sandbox">;
    readonly paths: { readonly root: string };
  },
  use: {
    readonly root: string;
    readonly workspace: string;
    readonly access: "read-only" | "workspace-write";
    /** What the work as a whole runs under. */
    readonly record: SandboxRecord;
    readonly onRefusedHost?: (refused: RefusedHost) => void;
  },
): WrapFunction {
  const { sandbox, paths } = deps;
  const { record } = use;
  const profile = filesOf(use.access, record.profile);
  return (spec) =>
    sandbox.wrap({
      profile,
      workspace: use.workspace,
      readable: spec.readable,
      writable: spec.state,
      writableFiles: spec.writable_files,
      protected: deps.config.sandbox.protected_paths,
      network: networkOf(record, spec, deps.config.sandbox.allowed_hosts),
      ...(use.onRefusedHost === undefined ? {} : { onRefusedHost: use.onRefusedHost }),
      hidden: [paths.root, use.root],
      file: spec.file,
      args: spec.args,
      env: spec.env,
    });
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
