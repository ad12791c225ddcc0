import type { Approval, ApprovalSettings, EventScope, Role } from "@harness/protocol";
import type { AskedBy } from "../approvals/index.ts";
import type { ProjectRules } from "../policy/index.ts";
import type { TurnWrite } from "./turn-recorder.ts";

/** Where a turn runs and who answers for it: an attempt of a task, or a thread of a person. */
export interface TurnPlace {
  readonly by: AskedBy;
  readonly role: Role;
  readonly scope: EventScope & {
    readonly actor: string;
    readonly thread_id: string;
    readonly turn_id: string;
  };
  /** The working tree. */
  readonly workspace: string;
  /** The project's own rules, as a person approved them. */
  readonly rules: ProjectRules | null;
  /** How its questions are treated, beyond the operator's settings. */
  readonly approvals: ApprovalSettings;
  readonly write: TurnWrite;
  readonly signal: AbortSignal;
  /** Stops the turn because a person said so. */
  interrupt(actor: string): void;
  /** Stops the turn because it goes in circles; the sentence says how. */
  stop(why: string): void;
  /** Stops the turn without an answer: it goes on, without a process till then, once there is one. */
  park(approval: Approval): void;
}
