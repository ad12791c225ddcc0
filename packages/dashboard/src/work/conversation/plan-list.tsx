import { CircleDot, Square, SquareCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Markdown, PlainText } from "../../ui/index.ts";

/** One step of an agent's plan. */
export interface PlanStep {
  readonly state: "open" | "running" | "done";
  readonly text: string;
}

const STEP = /^\s*(?:[-*]\s+)?\[(?<mark>[ xX~>-])\]\s+(?<text>.+)$/;

/** The steps of a plan that is written as a checklist; null for one in other words. */
export function stepsOf(text: string): PlanStep[] | null {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const steps = lines.flatMap((line): PlanStep[] => {
    const found = STEP.exec(line)?.groups;
    if (!found) return [];
    const mark = found["mark"] ?? " ";
    const state = mark === " " ? "open" : /x/i.test(mark) ? "done" : "running";
    return [{ state, text: found["text"] ?? "" }];
  });
  return steps.length > 0 && steps.length === lines.length ? steps : null;
}

const icons = { open: Square, running: CircleDot, done: SquareCheck } as const;

/** The plan of an agent: what is done, what runs, what is left. */
export function PlanList({ text }: { readonly text: string }): ReactNode {
  const steps = stepsOf(text);
  return (
    <section aria-label="Plan" className="max-w-3xl rounded-lg border bg-raised px-3 py-2">
      <p className="text-xs font-semibold text-muted">
        Plan
        {steps && `: ${steps.filter(({ state }) => state === "done").length} of ${steps.length} done`}
      </p>
      {steps === null ? (
        <Markdown text={text} />
      ) : (
        <ul className="flex flex-col gap-0.5">
          {steps.map(({ state, text: step }, index) => {
            const Icon = icons[state];
            return (
              // Steps of a plan may say the same twice.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <li key={index} className="flex items-start gap-2">
                <Icon size={13} aria-hidden className="mt-1 shrink-0 text-muted" />
                <span className="sr-only">{state}: </span>
                <span className={`min-w-0 break-words ${state === "done" ? "text-muted line-through" : ""}`}>
                  <PlainText text={step} />
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
