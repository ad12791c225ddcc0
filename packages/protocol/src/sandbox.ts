import { z } from "zod";

/** What an agent may do, from the strictest to none at all. Both seeds' names lead here (`sandboxAliases`). */
const profiles = ["read-only", "workspace-write", "networked_workspace", "danger-full-access"] as const;

/**
 * `read-only`: it changes nothing. `workspace-write`: it changes its workspace, and of the network reaches what the
 * operator lets every agent reach. `networked_workspace`: the whole network too. `danger-full-access`: unconfined.
 */
export const SandboxProfile = z.enum(profiles).meta({ id: "SandboxProfile" });
export type SandboxProfile = z.infer<typeof SandboxProfile>;

/** Other names of the same profiles: seed 2's, and the spelling of the rest of the table. */
export const sandboxAliases = {
  disabled: "danger-full-access",
  workspace: "workspace-write",
  "networked-workspace": "networked_workspace",
} as const satisfies Record<string, SandboxProfile>;

/** A profile as a person may write it. */
export const SandboxProfileWord = z
  .enum([...profiles, ...(Object.keys(sandboxAliases) as (keyof typeof sandboxAliases)[])])
  .meta({
    id: "SandboxProfileWord",
    description:
      "What its agent may do: read-only, workspace-write (also workspace), networked_workspace, or danger-full-access (also disabled), which only the operator can allow",
  });
export type SandboxProfileWord = z.infer<typeof SandboxProfileWord>;

/** What confines a program. `none` confines nothing and is a decision of the operator. */
export const SandboxDriverName = z.enum(["bwrap", "unshare", "srt", "docker", "podman", "none"]);
export type SandboxDriverName = z.infer<typeof SandboxDriverName>;

/**
 * How well a driver confines. `isolated`: a file tree of its own in which nothing else exists, own processes, own
 * network. `fenced`: the machine's file tree with fences around what must not be read or written.
 */
export const Confinement = z.enum(["none", "fenced", "isolated"]).meta({ id: "Confinement" });
export type Confinement = z.infer<typeof Confinement>;

/** What a task needs to be confined by; below it the task waits instead of running under less. */
export const SandboxNeed = z.enum(["fenced", "isolated"]);
export type SandboxNeed = z.infer<typeof SandboxNeed>;

/** `listed`: through a proxy that knows exact host names, and nowhere else. */
export const SandboxNetwork = z.enum(["none", "listed", "full"]);
export type SandboxNetwork = z.infer<typeof SandboxNetwork>;

/** The sandbox a record was made under. The driver `none` is a decision of the operator and is always shown. */
export const SandboxRecord = z
  .object({ driver: SandboxDriverName, profile: SandboxProfile, network: SandboxNetwork })
  .meta({ id: "SandboxRecord" });
export type SandboxRecord = z.infer<typeof SandboxRecord>;

/** True when a confinement is at least as good as is needed. */
export function confines(confinement: Confinement, need: SandboxNeed): boolean {
  return Confinement.options.indexOf(confinement) >= Confinement.options.indexOf(need);
}

/** The profile a word means. */
export function sandboxProfile(word: SandboxProfileWord): SandboxProfile {
  return word in sandboxAliases
    ? sandboxAliases[word as keyof typeof sandboxAliases]
    : SandboxProfile.parse(word);
}

/** True when the first profile allows nothing that the second does not. */
export function isWithinProfile(profile: SandboxProfile, most: SandboxProfile): boolean {
  return profiles.indexOf(profile) <= profiles.indexOf(most);
}
