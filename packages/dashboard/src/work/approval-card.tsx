import type { Approval } from "@harness/protocol";
import { CircleHelp, ShieldQuestion } from "lucide-react";
import type { ReactNode } from "react";
import { Badge, Elapsed, PlainText, Time, useNow, visibleText } from "../ui/index.ts";
import { ApprovalLeave } from "./approval-leave.tsx";
import { ApprovalQuestions } from "./approval-questions.tsx";

/** What an agent asks leave for, as people say it. */
const asks: Readonly<Record<Approval["kind"], string>> = {
  read: "asks leave to read",
  write: "asks leave to write",
  run: "asks leave to run",
  network: "asks leave to reach the network",
  tool_call: "asks leave to use a tool",
  question: "wants to know",
  protected_change: "changed what later work is judged by",
};

/** What happens when nobody answers in time. */
const onExpiry: Readonly<Record<Approval["on_expiry"], string>> = {
  deny: "then it is denied",
  approve: "then it is allowed",
  wait: "then it waits on",
};

interface ApprovalCardProps {
  readonly approval: Approval;
  /** Where it comes from, where that is not plain: the task or the conversation. */
  readonly from?: ReactNode;
  /** True for the one that the keys A and D mean. */
  readonly keyed?: boolean;
}

/**
 * A question of an agent to a person with everything it is about, word for word, and the ways to answer it. The answer
 * goes with the hash of what is shown here: it is refused when something else is asked meanwhile.
 */
export function ApprovalCard({ approval, from, keyed = false }: ApprovalCardProps): ReactNode {
  const { agent, kind, tool, status, created_at } = approval;
  const open = status === "pending";
  const Icon = kind === "question" ? CircleHelp : ShieldQuestion;
  return (
    <article
      aria-label={`${visibleText(agent)} ${asks[kind]}`}
      className={`flex min-w-0 flex-col gap-2 rounded-lg border bg-raised p-3 ${open ? "border-answer" : ""}`}
    >
      <header className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Badge tone={open ? "answer" : "plain"}>
          <Icon size={12} aria-hidden /> {open ? "answer" : status}
        </Badge>
        <span className="font-semibold">
          <PlainText text={agent} /> {asks[kind]}
        </span>
        <code className="font-mono text-sm text-muted">{visibleText(tool)}</code>
        {from}
        <span className="ml-auto text-sm text-muted">
          asked <Time at={created_at} />
        </span>
      </header>
      <Asked approval={approval} />
      {open ? <Answer approval={approval} keyed={keyed} /> : <Outcome approval={approval} />}
    </article>
  );
}

function Answer({ approval, keyed }: { readonly approval: Approval; readonly keyed: boolean }): ReactNode {
  return (
    <>
      <Expiry approval={approval} />
      {approval.kind === "question" ? (
        <ApprovalQuestions approval={approval} keyed={keyed} />
      ) : (
        <ApprovalLeave approval={approval} keyed={keyed} />
      )}
    </>
  );
}

/** Exactly what is asked, and who says that a person must be. */
function Asked({ approval }: { readonly approval: Approval }): ReactNode {
  const { summary, command, paths, input, why, kind, action_hash } = approval;
  const given = input === null || input === undefined ? null : JSON.stringify(input, null, 2);
  const bare = command === null && paths.length === 0 && kind !== "question";
  return (
    <>
      {summary !== command && (
        <p className="break-words">
          <PlainText text={summary} />
        </p>
      )}
      {command !== null && (
        <pre className="max-h-60 overflow-auto rounded bg-sunken p-2 font-mono text-sm whitespace-pre-wrap break-all">
          {visibleText(command)}
        </pre>
      )}
      {paths.length > 0 && (
        <ul aria-label="Paths" className="flex max-h-40 flex-col overflow-y-auto font-mono text-sm break-all">
          {paths.map((path) => (
            <li key={path}>
              <PlainText text={path} />
            </li>
          ))}
        </ul>
      )}
      {given !== null && (
        <details open={bare}>
          <summary className="text-sm text-muted">The whole request</summary>
          <pre className="mt-1 max-h-60 overflow-auto rounded bg-sunken p-2 font-mono text-sm whitespace-pre-wrap break-all">
            {visibleText(given)}
          </pre>
        </details>
      )}
      <p className="text-sm break-words text-muted">
        Asked because of: <PlainText text={why} />{" "}
        <span title={`Hash of exactly this request: ${action_hash}`} className="font-mono text-xs">
          {action_hash.slice(0, 12)}
        </span>
      </p>
    </>
  );
}

function Expiry({ approval: { expires_at, on_expiry } }: { readonly approval: Approval }): ReactNode {
  const now = useNow();
  if (expires_at === null) return <p className="text-sm text-muted">It waits until somebody answers.</p>;
  if (Date.parse(expires_at) <= now)
    return (
      <p className="text-sm text-answer">
        Expired <Time at={expires_at} />: {onExpiry[on_expiry].replace("then ", "")}.
      </p>
    );
  return (
    <p className="text-sm text-muted">
      Expires in <Elapsed from={new Date(now).toISOString()} to={expires_at} />, {onExpiry[on_expiry]}.
    </p>
  );
}

/** What was answered, by whom. */
function Outcome({ approval }: { readonly approval: Approval }): ReactNode {
  const { status, scope, reason, decided_by, decided_at, answers, questions } = approval;
  const far = scope === "always" ? " from now on" : scope === "attempt" ? " for this attempt" : "";
  return (
    <div role="status" className="flex flex-col gap-1">
      <p>
        <span className="font-semibold">
          {status}
          {far}
        </span>
        {decided_by !== null && (
          <>
            {" "}
            by <PlainText text={decided_by} />
          </>
        )}
        {decided_at !== null && (
          <span className="text-muted">
            {" "}
            <Time at={decided_at} />
          </span>
        )}
        {reason !== null && (
          <>
            : <PlainText text={reason} />
          </>
        )}
      </p>
      {answers !== null &&
        questions.map(({ id, text }) => (
          <p key={id} className="break-words">
            <span className="text-muted">
              <PlainText text={text} />
            </span>{" "}
            <PlainText text={answers[id] ?? "not answered"} />
          </p>
        ))}
    </div>
  );
}
