import type { Confinement, SandboxDriverName } from "@harness/protocol";
import type { ResourceLimits } from "../process/index.ts";
import type { Cover } from "./placeholders.ts";

/**
 * "none": an own, empty network, so that not even our own port is reachable. "full": the host's network. A list: the
 * empty network and a proxy out of it that knows these exact hosts.
 */
export type Network = "none" | "full" | { readonly hosts: readonly string[] };

/** A host a program wanted to reach and may not. */
export interface RefusedHost {
  /** As the program named it. */
  readonly host: string;
  readonly why: string;
}

/** What one program may see and touch. Everything not named here does not exist inside. */
export interface SandboxSpec {
  /**
   * "read-only": the workspace cannot be changed. "workspace-write": it can. "danger-full-access": no confinement,
   * which only the operator's configuration leads to.
   */
  readonly profile: "read-only" | "workspace-write" | "danger-full-access";
  /** Absolute; appears at the same path inside. */
  readonly workspace: string;
  /** Further directories or files the program may change (a cache). May lie inside a hidden path. */
  readonly writable?: readonly string[];
  /** Files and directories outside the system directories the program needs (its login, its install directory). */
  readonly readable?: readonly string[];
  /** Login state the program must be able to change. */
  readonly writableFiles?: readonly string[];
  /**
   * Paths of the workspace, relative to it, that stay as they are also where the workspace may be changed: git's own
   * configuration and hooks, settings of agents. What is missing cannot be made either.
   */
  readonly protected?: readonly string[];
  /** Directories a driver's own programs run from: shown like the system, also below a hidden path. */
  readonly runtime?: readonly string[];
  /** What `protected` comes to; worked out by the sandbox. */
  readonly covers?: readonly Cover[];
  readonly network: Network;
  /** Told of each host the proxy refused. */
  readonly onRefusedHost?: (refused: RefusedHost) => void;
  /**
   * Never readable, also below a readable path: the data directory, the users' repositories. The workspace and
   * `writable` paths below a hidden path stay visible.
   */
  readonly hidden: readonly string[];
  readonly file: string;
  readonly args: readonly string[];
  /** The program's environment. HOME becomes an empty private directory with only the named paths in it. */
  readonly env: Readonly<Record<string, string>>;
}

/** A program to start in place of the one asked for, which starts that one confined. */
export interface Wrapped {
  readonly file: string;
  readonly args: string[];
  /** To be used as the child's complete environment; it carries no more than what was given. */
  readonly env: Record<string, string>;
  /** What the runner has to watch of it. */
  readonly resources?: ResourceLimits;
}

/** Whether a driver works on this machine, seen by running a program in it. */
export type ProbeResult =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly reason: string; readonly fix: string };

/** One way to confine a program. Every driver passes the same conformance suite. */
export interface SandboxDriver {
  readonly name: SandboxDriverName;
  /** How well it confines on this machine. */
  readonly confinement: Confinement;
  probe(): Promise<ProbeResult>;
  /** The spec with what this driver puts around the program, inside of the way to the network. */
  inside?(spec: SandboxSpec): Promise<SandboxSpec>;
  wrap(spec: SandboxSpec): Promise<Wrapped>;
  /** Removes what the programs in this workspace left besides their work: files, sockets, containers. */
  reap?(workspace: string): Promise<void>;
  /** The same of every program of a dead server. */
  reapAll?(): Promise<void>;
}

/** The sandbox of this server: the first driver that works, found once. */
export interface Sandbox {
  /** The driver in use; undefined before `probe` or `wrap` was called, or when none works. */
  readonly driver: SandboxDriverName | undefined;
  /** How well that driver confines; "none" while there is none. */
  readonly confinement: Confinement;
  probe(): Promise<ProbeResult>;
  /** Throws `sandbox_unavailable` when no driver works and the choice is not "none". */
  wrap(spec: SandboxSpec): Promise<Wrapped>;
  /** What keeps a run within its limits of memory and processes on this machine. */
  limitsKeptBy(): Promise<string>;
  /** Removes what the programs in this workspace left besides their work, once the last of them has ended. */
  reap(workspace: string): Promise<void>;
  /** At start: removes what programs of a dead server left. */
  reapAll(): Promise<void>;
}
