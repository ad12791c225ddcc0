export { createSandbox, driversFor, type SandboxDeps } from "./sandbox.ts";
export type {
  ProbeResult,
  Sandbox,
  SandboxDriver,
  SandboxDriverName,
  SandboxSpec,
  Wrapped,
} from "./types.ts";
