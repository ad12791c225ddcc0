import type { Approval, ApprovalQuestion } from "@harness/protocol";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useCommands } from "../commands/index.ts";
import { useAct } from "../live/index.ts";
import { Button, Input, PlainText, Problem, visibleText } from "../ui/index.ts";
import { Denial } from "./approval-leave.tsx";

interface QuestionsProps {
  readonly approval: Approval;
  readonly keyed: boolean;
}

/** Questions of an agent, answered by one of its options or in other words. */
export function ApprovalQuestions({ approval, keyed }: QuestionsProps): ReactNode {
  const { id: approval_id, action_hash, questions } = approval;
  const [said, setSaid] = useState<Readonly<Record<string, string>>>({});
  const [denying, setDenying] = useState(false);
  const answer = useAct("approval/respond");
  useCommands(
    keyed
      ? [
          {
            id: "deny",
            title: "Do not answer, with a reason",
            keys: "d",
            group: "Questions",
            run: () => setDenying(true),
          },
        ]
      : [],
  );
  const answers = Object.fromEntries(
    Object.entries(said)
      .map(([id, text]) => [id, text.trim()] as const)
      .filter(([, text]) => text !== ""),
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    answer.mutate({ approval_id, action_hash, decision: "answer", answers });
  };
  return (
    <>
      {answer.error !== null && <Problem error={answer.error} />}
      {denying ? (
        <Denial
          busy={answer.isPending}
          onBack={() => setDenying(false)}
          onDeny={(reason) => answer.mutate({ approval_id, action_hash, decision: "deny", reason })}
        />
      ) : (
        <form onSubmit={send} className="flex flex-col gap-3">
          {questions.map((question) => (
            <Question
              key={question.id}
              question={question}
              said={said[question.id] ?? ""}
              onSay={(text) => setSaid((before) => ({ ...before, [question.id]: text }))}
            />
          ))}
          <div className="flex flex-wrap gap-2">
            <Button
              type="submit"
              look="primary"
              busy={answer.isPending}
              disabled={Object.keys(answers).length === 0}
            >
              Answer
            </Button>
            <Button look="danger" onClick={() => setDenying(true)}>
              Do not answer …
            </Button>
          </div>
        </form>
      )}
    </>
  );
}

function Question({
  question: { text, options },
  said,
  onSay,
}: {
  readonly question: ApprovalQuestion;
  readonly said: string;
  readonly onSay: (text: string) => void;
}): ReactNode {
  const name = useId();
  return (
    <fieldset className="flex min-w-0 flex-col gap-1">
      <legend className="mb-1 font-medium break-words">
        <PlainText text={text} />
      </legend>
      {options.map((option) => (
        <label key={option} className="flex items-center gap-2 pointer-coarse:min-h-11">
          <input type="radio" name={name} checked={said === option} onChange={() => onSay(option)} />
          <span className="min-w-0 break-words">
            <PlainText text={option} />
          </span>
        </label>
      ))}
      <Input
        aria-label={`Answer in your own words: ${visibleText(text)}`}
        placeholder={options.length > 0 ? "or something else" : "your answer"}
        value={options.includes(said) ? "" : said}
        maxLength={20_000}
        onChange={(event) => onSay(event.target.value)}
      />
    </fieldset>
  );
}
