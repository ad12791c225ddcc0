import type { Project } from "@harness/protocol";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useLive } from "../../live/index.ts";
import { Button, isSend, Panel, Problem } from "../../ui/index.ts";
import { type FieldsProps, LeaveFields, LimitFields, WhoFields } from "./choices.tsx";
import { type Draft, emptyDraft, requestOf } from "./draft.ts";
import { More, QuestionFields } from "./more-fields.tsx";
import { refusalOf } from "./refusal.ts";
import { useSending } from "./use-sending.ts";
import type { DraftHand } from "./use-task-draft.ts";
import { WorkFields } from "./work-fields.tsx";

/** The fields of a request this form shows, where a refusal of the server is said. */
const shown = [
  "template",
  "prompt",
  "title",
  "agent",
  "model",
  "reviewer",
  "base_branch",
  "priority",
  "labels",
  "depends_on",
  "sandbox",
  "approvals",
  "answers",
  "max_budget_usd",
  "max_tokens",
  "max_turns",
  "max_wall_secs",
  "max_attempts",
  "max_rounds",
];
const limits = shown.slice(-6);

/** One task: what to do, and whatever else somebody wants to say about it. */
export function OneTask({
  draft,
  change,
  project,
}: DraftHand & { readonly project: Project | undefined }): ReactNode {
  const navigate = useNavigate();
  const { client } = useLive();
  const [last, setLast] = useState<string | null>(null);
  const stay = useRef(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // Whoever has keys begins to write; on a phone nothing covers the screen.
    if (matchMedia("(pointer: fine)").matches) form.current?.querySelector("textarea")?.focus();
  }, []);
  const sending = useSending(async (key) => {
    const { task_id } = await client.call("task/create", { ...requestOf(draft), idempotency_key: key });
    const { project: kept, template } = draft;
    change({ ...emptyDraft(), project: kept, template, list: draft.list });
    if (stay.current) setLast(task_id);
    else await navigate({ to: "/ui/tasks/$taskId", params: { taskId: task_id } });
  });
  const { fields: errors, rest } = refusalOf(sending.error, shown);
  const fields: FieldsProps = { draft, change, errors };
  const send = (another: boolean) => {
    stay.current = another;
    setLast(null);
    sending.send(JSON.stringify(requestOf(draft)));
  };
  return (
    <form
      ref={form}
      className="flex flex-col gap-4"
      onKeyDown={(event) => {
        // The field of the prompt has sent it already.
        if (event.defaultPrevented || !isSend(event)) return;
        event.preventDefault();
        send(event.shiftKey);
      }}
      onSubmit={(event) => {
        event.preventDefault();
        send(false);
      }}
    >
      <WorkFields {...fields} project={project} onSend={send} />
      <Panel title="Who does it">
        <WhoFields {...fields} agentOfProject={project?.settings.agent} />
      </Panel>
      <Lids {...fields} />
      {rest !== null && <Problem error={rest} />}
      {errors.size > 0 && (
        <p role="status" className="text-broken">
          It was not taken: see what is said at the fields.
        </p>
      )}
      {last !== null && (
        <p role="status">
          Submitted:{" "}
          <Link to="/ui/tasks/$taskId" params={{ taskId: last }} className="font-mono text-sm underline">
            {last}
          </Link>
        </p>
      )}
      <div className="sticky bottom-0 -mx-1 flex flex-wrap gap-2 bg-page p-1 py-2">
        <Button type="submit" look="primary" keys="Ctrl+Enter" busy={sending.busy}>
          Submit the task
        </Button>
        <Button keys="Shift+Ctrl+Enter" busy={sending.busy} onClick={() => send(true)}>
          Submit and write another
        </Button>
        {!isEmpty(draft) && (
          <Button
            look="quiet"
            onClick={() => change({ ...emptyDraft(), project: draft.project, list: draft.list })}
          >
            Begin anew
          </Button>
        )}
      </div>
    </form>
  );
}

/** What few tasks need, each part behind a lid. */
function Lids(fields: FieldsProps): ReactNode {
  const { draft, errors } = fields;
  return (
    <>
      <More
        title="Limits"
        used={setIn(draft, [
          "max_budget_usd",
          "max_tokens",
          "max_turns",
          "max_wall_mins",
          "max_attempts",
          "max_rounds",
        ])}
        wrong={limits.some((name) => errors.has(name))}
      >
        <LimitFields {...fields} />
      </More>
      <More
        title="Sandbox, approvals and priority"
        used={setIn(draft, ["sandbox", "approvals", "priority"])}
        wrong={["sandbox", "approvals", "priority"].some((name) => errors.has(name))}
      >
        <LeaveFields {...fields} />
      </More>
      <More
        title="Answers beforehand"
        used={draft.answers.some((answer) => answer.trim() !== "") ? "planned first" : ""}
        wrong={errors.has("answers")}
      >
        <QuestionFields {...fields} />
      </More>
    </>
  );
}

function isEmpty(draft: Draft): boolean {
  const { prompt: _, ...rest } = requestOf({ ...draft, project: "" });
  return draft.prompt === "" && Object.keys(rest).length === 0;
}

/** What is set of some fields, in words. */
function setIn(draft: Draft, names: readonly (keyof Draft)[]): string {
  const n = names.filter((name) => String(draft[name]).trim() !== "").length;
  return n === 0 ? "" : `${n} set`;
}
