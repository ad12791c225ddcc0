export { createSandbox, driversFor, type SandboxDeps } from "./sandbox.ts";
export type {
  ProbeResult,
  Sandbox,
  SandboxDriver,
  SandboxSpec,
  Wrapped,
} from "./types.ts";
