import type { WrapFunction } from "../agents/index.ts";
import type { Run } from "./run.ts";

/**
 * The sandbox of one use of a workspace, as a function an agent adapter can call without knowing of sandboxes: the
 * data directory and every registered repository stay hidden, only what the adapter names is visible besides.
 */
export function confine(
  run: Run,
  use: { workspace: string; access: "read-only" | "workspace-write" },
): WrapFunction {
  const { sandbox, config, paths } = run.deps;
  return (spec) =>
    sandbox.wrap({
      profile: use.access,
      workspace: use.workspace,
      readable: spec.readable,
      writable: spec.state,
      writableFiles: spec.writable_files,
      network: spec.network && config.sandbox.agent_network === "full" ? "full" : "none",
      hidden: [paths.root, run.project.root],
      file: spec.file,
      args: spec.args,
      env: spec.env,
    });
}
