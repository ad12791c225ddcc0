import type { AgentState } from "@harness/protocol";
import type { ReactNode } from "react";
import { useAct } from "../../live/index.ts";
import { Button, Problem, Time, visibleText } from "../../ui/index.ts";

/** Why an account starts nothing, until when, and the word of a person that it works again. */
export function AccountNotice({ agent }: { readonly agent: AgentState }): ReactNode {
  const resume = useAct("agent/resume");
  const { state, since, until, message, fix } = agent.account;
  if (state === "ok")
    return resume.data ? (
      <p role="status" className="text-muted">
        Its account works again: {resume.data.queued} {resume.data.queued === 1 ? "task was" : "tasks were"}{" "}
        queued.
      </p>
    ) : null;
  const look = state === "stopped" ? "border-answer/40 bg-answer-soft" : "bg-review-soft";
  return (
    <div className={`flex flex-col gap-2 rounded border p-2 ${look}`}>
      <p className="break-words">
        <strong className={state === "stopped" ? "text-answer" : "text-review"}>
          {state === "probing" ? "One turn tries the account now." : `The account is ${state}`}
          {state !== "probing" && since !== null && (
            <>
              {" "}
              since <Time at={since} />
            </>
          )}
          {state !== "probing" && "."}
        </strong>{" "}
        {message !== null && visibleText(message)}
      </p>
      {until !== null && (
        <p>
          It is tried again by itself <Time at={until} />, at {new Date(until).toLocaleString()}.
        </p>
      )}
      {fix !== null && <p className="break-words">{visibleText(fix)}</p>}
      {resume.error !== null && <Problem error={resume.error} />}
      {state !== "probing" && (
        <Button
          className="w-fit"
          aria-label={`It works again: ${agent.name}`}
          title="Its tasks are queued now"
          busy={resume.isPending}
          onClick={() => resume.mutate({ agent: agent.name })}
        >
          It works again
        </Button>
      )}
    </div>
  );
}
