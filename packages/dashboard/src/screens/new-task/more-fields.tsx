import type { ReactNode } from "react";
import { Field, TextArea } from "../../ui/index.ts";
import type { FieldsProps } from "./choices.tsx";
import { questions } from "./draft.ts";

/** A part of the form that is closed until somebody wants it, or until something in it is wrong. */
export function More({
  title,
  used,
  wrong,
  children,
}: {
  readonly title: string;
  /** What is set in it, in words; nothing when nothing is. */
  readonly used: string;
  readonly wrong: boolean;
  readonly children: ReactNode;
}): ReactNode {
  return (
    // What is wrong is never behind a closed lid; opening and closing is the person's otherwise.
    <details className="rounded-lg border bg-raised" {...(wrong ? { open: true } : {})}>
      <summary className="min-h-7 px-3 py-2 font-semibold pointer-coarse:min-h-11">
        {title} {used !== "" && <span className="ml-2 font-normal text-muted">{used}</span>}
      </summary>
      <div className="border-t p-3">{children}</div>
    </details>
  );
}

/** Answers to what a task begins with: with one of them it is planned first. */
export function QuestionFields({ draft, change, errors }: FieldsProps): ReactNode {
  return (
    <div className="flex flex-col gap-3">
      <p className="text-muted">With an answer to one of these the work is planned before it begins.</p>
      {questions.map(({ label, hint }, place) => (
        <Field key={label} label={label} hint={hint}>
          <TextArea
            rows={2}
            value={draft.answers[place] ?? ""}
            onChange={({ target }) =>
              change({
                answers: questions.map((_, at) => (at === place ? target.value : (draft.answers[at] ?? ""))),
              })
            }
          />
        </Field>
      ))}
      {errors.has("answers") && (
        <p role="alert" className="text-broken">
          {errors.get("answers")}
        </p>
      )}
    </div>
  );
}
