import type { Confinement, SandboxDriverName } from "@harness/protocol";
import type { Network } from "./types.ts";

/** Why a driver cannot give a program a network, and what helps. */
export interface MissingNetwork {
  readonly why: string;
  readonly fix: string;
}

/** What a driver cannot do about the network: nothing wider or narrower is ever given in its place. */
export function missingNetwork(
  driver: SandboxDriverName,
  confinement: Confinement,
  network: Network | "listed",
): MissingNetwork | undefined {
  const word = typeof network === "string" ? network : "listed";
  if ((driver === "docker" || driver === "podman") && word === "listed")
    return {
      why: `${driver} cannot let a program reach listed hosts only.`,
      fix: 'Set sandbox.agent_network to "none" or "full", or use the driver bwrap.',
    };
  // On Linux it runs inside a sandbox of ours, which opens what is asked for.
  if (driver === "srt" && confinement === "fenced" && word === "full")
    return {
      why: "srt cannot open the whole network to a program.",
      fix: 'Set sandbox.agent_network to "listed", or use the driver bwrap.',
    };
  return undefined;
}
