import {
  type Approval,
  ApprovalKind,
  ApprovalQuestion,
  type ApprovalRule,
  ApprovalScope,
  ApprovalStatus,
  ExpiryPolicy,
} from "@harness/protocol";
import { z } from "zod";
import type { Database } from "../storage/index.ts";

const Paths = z.array(z.string());
const Questions = z.array(ApprovalQuestion);
const Answers = z.record(z.string(), z.string());

/** The approval of a row. */
export function toApproval(row: Database["approvals"]): Approval {
  const { attempt_id: _, ...rest } = row;
  return {
    ...rest,
    kind: ApprovalKind.parse(row.kind),
    paths: Paths.parse(JSON.parse(row.paths)),
    input: row.input === null ? null : (JSON.parse(row.input) as unknown),
    questions: Questions.parse(JSON.parse(row.questions)),
    status: ApprovalStatus.parse(row.status),
    scope: row.scope === null ? null : ApprovalScope.parse(row.scope),
    answers: row.answers === null ? null : Answers.parse(JSON.parse(row.answers)),
    on_expiry: ExpiryPolicy.parse(row.on_expiry),
    expires_at: time(row.expires_at),
    created_at: new Date(row.created_at).toISOString(),
    decided_at: time(row.decided_at),
    consumed_at: time(row.consumed_at),
  };
}

/** The rule of a row. */
export function toRule(row: Database["approval_rules"]): ApprovalRule {
  const { match_hash: _, ...rest } = row;
  return {
    ...rest,
    kind: ApprovalKind.parse(row.kind),
    paths: Paths.parse(JSON.parse(row.paths)),
    hits: Number(row.hits),
    created_at: new Date(row.created_at).toISOString(),
  };
}

function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
