import type { WrapFunction } from "../agents/index.ts";
import type { Config } from "../config/index.ts";
import type { Sandbox } from "../sandbox/index.ts";

/**
 * The sandbox of one use of a workspace, as a function an agent adapter can call without knowing of sandboxes: the
 * data directory and every registered repository stay hidden, only what the adapter names is visible besides.
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
  },
): WrapFunction {
  const { sandbox, config, paths } = deps;
  return (spec) =>
    sandbox.wrap({
      profile: use.access,
      workspace: use.workspace,
      readable: spec.readable,
      writable: spec.state,
      writableFiles: spec.writable_files,
      network: spec.network && config.sandbox.agent_network === "full" ? "full" : "none",
      hidden: [paths.root, use.root],
      file: spec.file,
      args: spec.args,
      env: spec.env,
    });
}
