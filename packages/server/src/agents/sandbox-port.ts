import type { ResourceLimits } from "../process/index.ts";

/** A program an adapter wants to start, and what of the machine it needs to see. */
export interface SandboxSpec {
  /** Absolute path of the executable. */
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment of the child; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute paths, besides the system and the workspace, that must be readable. */
  readonly readable: readonly string[];
  /** Absolute files of the operator's login that must be writable. */
  readonly writable_files: readonly string[];
  /**
   * Directories of ours, made by the adapter, in which the program keeps the state of one conversation. They must be
   * writable although they lie in the data directory, the rest of which stays hidden.
   */
  readonly state: readonly string[];
  /** True when the program must reach its model provider. */
  readonly network: boolean;
  /** The hosts it reaches its model at and logs in by: all it gets where agents reach listed hosts only. */
  readonly hosts?: readonly string[];
}

/** The program to start instead, inside the sandbox. */
export interface WrappedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it may use; given to the runner as it is. */
  readonly resources?: ResourceLimits;
}

/**
 * Puts a program into the sandbox of the current attempt. Given by the flow, which alone knows the workspace's
 * rules; it rejects when no sandbox works and running without one is not allowed.
 */
export type WrapFunction = (spec: SandboxSpec) => Promise<WrappedCommand>;
