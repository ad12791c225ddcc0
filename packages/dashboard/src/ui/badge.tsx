import type { ReactNode } from "react";
import { visibleText } from "./visible-text.ts";

/** What a colour says. `answer`: a person must act. `broken`: something failed. */
export type Tone = "answer" | "broken" | "working" | "review" | "done" | "plain";

const tones: Readonly<Record<Tone, string>> = {
  answer: "bg-answer-soft text-answer",
  broken: "bg-broken-soft text-broken",
  working: "bg-working-soft text-working",
  review: "bg-review-soft text-review",
  done: "bg-done-soft text-done",
  plain: "bg-sunken text-muted",
};

/** A word with the colour of what it means. */
export function Badge({
  tone = "plain",
  title,
  children,
}: {
  readonly tone?: Tone;
  readonly title?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <span
      title={title === undefined ? undefined : visibleText(title)}
      className={`inline-flex items-center gap-1 rounded px-1.5 text-xs font-medium whitespace-nowrap ${tones[tone]}`}
    >
      {children}
    </span>
  );
}

const dots: Readonly<Record<Tone, string>> = {
  answer: "bg-answer",
  broken: "bg-broken",
  working: "bg-working pulse-dot",
  review: "bg-review",
  done: "bg-done",
  plain: "bg-strong-line",
};

/** A dot beside a word that says the same. */
export function Dot({ tone }: { readonly tone: Tone }): ReactNode {
  return <span aria-hidden className={`inline-block size-2 shrink-0 rounded-full ${dots[tone]}`} />;
}
