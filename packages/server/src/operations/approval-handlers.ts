import { HarnessError, type Parsed } from "@harness/protocol";
import { type Decision, forgetRule, getApproval, listApprovals, listRules } from "../approvals/index.ts";
import { getProject } from "../projects/index.ts";
import { decideApproval } from "../turns/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";

type Names = Extract<keyof Handlers, `approval/${string}`>;

/** Questions of agents to a person. */
export function approvalHandlers(deps: OperationsDeps): Pick<Handlers, Names> {
  const db = () => deps.storage.reader;
  const idOf = async (project: string | undefined) =>
    project === undefined ? undefined : (await getProject(db(), project)).id;
  return {
    "approval/list": async ({ project, limit, status = "pending", ...query }) => {
      const project_id = await idOf(project);
      const { rows, page } = await listApprovals(db(), { ...query, project_id, status, limit: limit ?? 50 });
      return { data: [...rows], page: { ...page } };
    },
    "approval/respond": async (params, caller) => {
      const approval = await getApproval(db(), params.approval_id);
      if (params.action_hash !== undefined && params.action_hash !== approval.action_hash)
        throw new HarnessError(
          "approval_changed",
          `Approval ${approval.id} asks ${approval.action_hash.slice(0, 12)}…, not what you saw. Look at it again.`,
          { field: "action_hash" },
        );
      const decision = decisionOf(params, approval.kind === "question", caller.actor);
      return deps.log.write((tx) => decideApproval(tx, approval.id, decision, deps.newId));
    },
    "approval/rules": async ({ project }) => ({ data: await listRules(db(), await idOf(project)) }),
    "approval/forget_rule": async ({ rule_id }, caller) => {
      await deps.log.write((tx) => forgetRule(tx, rule_id, caller.actor));
      return { forgotten: true as const };
    },
  };
}

/** What was answered, where it fits the question. */
function decisionOf(
  { decision, scope = "once", reason, answers }: Parsed<"approval/respond">,
  question: boolean,
  by: string,
): Decision {
  const why = reason === undefined ? {} : { reason };
  if (decision === "deny") {
    if (reason === undefined)
      throw new HarnessError(
        "invalid_params",
        "reason: a denial says why, so that the agent can do it another way.",
        {
          field: "reason",
        },
      );
    return { status: "denied", scope: scope === "always" ? "once" : scope, ...why, by };
  }
  if (question !== (decision === "answer"))
    throw new HarnessError(
      "invalid_params",
      question
        ? "decision: it is a question; answer it (decision: answer, with answers) or deny it."
        : "decision: it asks for leave; allow or deny it.",
      { field: "decision", got: decision },
    );
  if (decision === "allow") return { status: "allowed", scope, ...why, by };
  if (answers === undefined || Object.keys(answers).length === 0)
    throw new HarnessError("invalid_params", "answers: say something to at least one of its questions.", {
      field: "answers",
    });
  return { status: "answered", answers, ...why, by };
}
