export { missingNetwork } from "./missing-network.ts";
export type { RunLimits } from "./resource-limits.ts";
export { createSandbox, driversFor, type SandboxDeps } from "./sandbox.ts";
export type {
  Network,
  ProbeResult,
  RefusedHost,
  Sandbox,
  SandboxDriver,
  SandboxSpec,
  Wrapped,
} from "./types.ts";
