import type { Approval, ApprovalScope, Params } from "@harness/protocol";
import { type ReactNode, useState } from "react";
import { useCommands } from "../commands/index.ts";
import { useAct } from "../live/index.ts";
import { Button, Field, Problem, TextArea, visibleText } from "../ui/index.ts";

interface AnswerProps {
  readonly approval: Approval;
  readonly keyed: boolean;
}

type Step = "choose" | "always" | "deny";

/** Leave given once, for this attempt, by a rule, or refused with a reason. */
export function ApprovalLeave({ approval, keyed }: AnswerProps): ReactNode {
  const [step, setStep] = useState<Step>("choose");
  const answer = useAct("approval/respond");
  const respond = (more: Pick<Params<"approval/respond">, "decision" | "scope" | "reason">) =>
    answer.mutate({ approval_id: approval.id, action_hash: approval.action_hash, ...more });
  const allow = (scope: ApprovalScope) => respond({ decision: "allow", scope });
  useCommands(
    keyed
      ? [
          { id: "allow", title: "Allow once", keys: "a", group: "Questions", run: () => allow("once") },
          {
            id: "deny",
            title: "Deny, with a reason",
            keys: "d",
            group: "Questions",
            run: () => setStep("deny"),
          },
        ]
      : [],
  );
  const exact = approval.kind === "protected_change";
  return (
    <>
      {answer.error !== null && <Problem error={answer.error} />}
      {step === "choose" && (
        <div className="flex flex-wrap gap-2">
          <Button
            look="primary"
            busy={answer.isPending}
            {...(keyed ? { keys: "a" } : {})}
            onClick={() => allow("once")}
          >
            {exact ? "Allow exactly this" : "Allow once"}
          </Button>
          {!exact && (
            <>
              <Button busy={answer.isPending} onClick={() => allow("attempt")}>
                Allow for this {approval.task_id === null ? "conversation" : "attempt"}
              </Button>
              <Button busy={answer.isPending} onClick={() => setStep("always")}>
                Always …
              </Button>
            </>
          )}
          <Button
            look="danger"
            busy={answer.isPending}
            {...(keyed ? { keys: "d" } : {})}
            onClick={() => setStep("deny")}
          >
            Deny …
          </Button>
        </div>
      )}
      {step === "always" && (
        <Always
          approval={approval}
          busy={answer.isPending}
          onBack={() => setStep("choose")}
          onAllow={() => allow("always")}
        />
      )}
      {step === "deny" && (
        <Denial
          busy={answer.isPending}
          onBack={() => setStep("choose")}
          onDeny={(reason) => respond({ decision: "deny", reason })}
        />
      )}
    </>
  );
}

function Always({
  approval: { kind, tool, command, paths },
  busy,
  onBack,
  onAllow,
}: {
  readonly approval: Approval;
  readonly busy: boolean;
  readonly onBack: () => void;
  readonly onAllow: () => void;
}): ReactNode {
  return (
    <div className="flex flex-col gap-2">
      <p>
        This makes a rule of the project: from now on no agent asks for{" "}
        <code className="font-mono text-sm break-all">
          {visibleText(command ?? (paths.length > 0 ? `${kind} ${paths.join(", ")}` : `${kind} ${tool}`))}
        </code>
        . It can be taken back in the rules of the project.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" autoFocus busy={busy} onClick={onAllow}>
          Make the rule and allow
        </Button>
        <Button onClick={onBack}>Back</Button>
      </div>
    </div>
  );
}

/** A refusal; the agent is told why, so that it can do it another way. */
export function Denial({
  busy,
  onBack,
  onDeny,
}: {
  readonly busy: boolean;
  readonly onBack: () => void;
  readonly onDeny: (reason: string) => void;
}): ReactNode {
  const [reason, setReason] = useState("");
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== "") onDeny(reason.trim());
      }}
    >
      <Field label="Why not" hint="The agent is told, so that it can do it another way.">
        <TextArea
          rows={2}
          autoFocus
          required
          maxLength={2000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="danger" busy={busy} disabled={reason.trim() === ""}>
          Deny
        </Button>
        <Button onClick={onBack}>Back</Button>
      </div>
    </form>
  );
}
