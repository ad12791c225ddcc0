import type { Clock } from "@harness/protocol";
import { z } from "zod";
import type { AgentTurn, Usage } from "../port.ts";
import type { SandboxSpec } from "../sandbox-port.ts";
import type { Emit } from "../turn-frame.ts";

/** Which conversation a turn belongs to: a new one, one that goes on, or a new one with the past of another. */
export const CodexOrigin = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("new") }),
  z.strictObject({ kind: z.enum(["resume", "fork"]), session_id: z.string() }),
]);
export type CodexOrigin = z.infer<typeof CodexOrigin>;

/** What one turn of Codex is made of, whichever way its program is spoken to. */
export interface CodexTurnDeps {
  readonly turn: AgentTurn;
  readonly command: SandboxSpec;
  readonly origin: CodexOrigin;
  /** The model asked for, or the one the operator configured; null when Codex chooses. */
  readonly model: string | null;
  /** What the conversation had used before this turn, as far as it was written down. */
  readonly total: Usage | undefined;
  readonly emit: Emit;
  readonly clock: Clock;
  /** Writes down which home the session lives in, and what it has used. */
  readonly remember: (session_id: string, total: Usage | undefined) => Promise<void>;
  /** Called once the program is gone. */
  readonly close: () => Promise<void>;
}

/** The session a turn has before its program names one: that of a conversation that goes on, and no other. */
export function firstSession(origin: CodexOrigin): string | null {
  return origin.kind === "resume" ? origin.session_id : null;
}
