import {
  confines,
  isWithinProfile,
  type SandboxNeed,
  type SandboxProfile,
  type SandboxProfileWord,
  type SandboxRecord,
  sandboxProfile,
} from "@harness/protocol";
import type { Config } from "../config/index.ts";
import { missingNetwork, type Sandbox } from "../sandbox/index.ts";

/** Who may say how an agent is confined: what the work asks for, then its project, then the server. */
export interface SandboxWish {
  readonly profile: SandboxProfileWord | null | undefined;
  readonly project: SandboxProfile | null;
  readonly needs: SandboxNeed | undefined;
}

/** The sandbox work runs under, or why it must not run here and what helps. */
export type SettledSandbox =
  | { readonly ok: true; readonly record: SandboxRecord }
  | { readonly ok: false; readonly why: string; readonly fix: string };

/**
 * Decides what an agent runs under. Work that asked for a profile or a confinement gets exactly that or does not run:
 * nothing is ever taken away from it, and nothing added. Asked again at every start, since settings and machine change.
 */
export async function settleSandbox(
  deps: { readonly sandbox: Sandbox; readonly config: Pick<Config, "sandbox"> },
  wish: SandboxWish,
): Promise<SettledSandbox> {
  const { sandbox: settings } = deps.config;
  const asked = wish.profile ? sandboxProfile(wish.profile) : wish.project;
  const profile = asked ?? settings.profile;
  if (!isWithinProfile(profile, settings.max_profile) && settings.driver !== "none") {
    const why = `It asks for the profile ${profile}, and the operator allows up to ${settings.max_profile}.`;
    return { ok: false, why, fix: "Raise sandbox.max_profile, or submit it again with less." };
  }
  // A probe that breaks is a sandbox that does not work.
  const probe = await deps.sandbox.probe().catch((error: unknown) => ({
    ok: false as const,
    reason: error instanceof Error ? error.message : String(error),
    fix: "Look at it with: harness doctor",
  }));
  if (!probe.ok) return { ok: false, why: `No sandbox works here: ${probe.reason}`, fix: probe.fix };
  const unconfined = profile === "danger-full-access";
  const driver = unconfined ? "none" : (deps.sandbox.driver ?? "none");
  if (driver === "none" && asked && !unconfined) {
    const why = `It asks for the profile ${asked}, and the operator switched the sandbox off.`;
    return { ok: false, why, fix: 'Remove sandbox.driver = "none" from the configuration.' };
  }
  const confinement = driver === "none" ? "none" : deps.sandbox.confinement;
  if (wish.needs && !confines(confinement, wish.needs)) {
    const why = `It needs a confinement that is ${wish.needs}, and ${driver} is ${confinement} here.`;
    const fix =
      process.platform === "linux"
        ? "Install bubblewrap and set sandbox.driver to auto; see: harness doctor"
        : "Set sandbox.driver to docker or podman, or run Harness on Linux; see: harness doctor";
    return { ok: false, why, fix };
  }
  if (driver === "none")
    return { ok: true, record: { driver, profile: "danger-full-access", network: "full" } };
  const network = profile === "networked_workspace" ? "full" : settings.agent_network;
  const missing = missingNetwork(driver, confinement, network);
  if (missing !== undefined) return { ok: false, ...missing };
  return { ok: true, record: { driver, profile, network } };
}
