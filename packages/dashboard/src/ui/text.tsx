import Anser from "anser";
import { lazy, type ReactNode, Suspense } from "react";
import { visibleText, withoutControls } from "./visible-text.ts";

/** A line of text somebody else wrote, inert. */
export function PlainText({ text }: { readonly text: string }): ReactNode {
  return <bdi className="wrap-anywhere">{visibleText(text)}</bdi>;
}

/** The eight colours of a terminal, as the colours of this page that mean the least. */
const colours: Readonly<Record<string, string>> = {
  "ansi-red": "text-removed",
  "ansi-bright-red": "text-removed",
  "ansi-green": "text-added",
  "ansi-bright-green": "text-added",
  "ansi-yellow": "text-answer",
  "ansi-bright-yellow": "text-answer",
  "ansi-blue": "text-accent",
  "ansi-bright-blue": "text-accent",
  "ansi-cyan": "text-review",
  "ansi-bright-cyan": "text-review",
  "ansi-magenta": "text-accent",
  "ansi-bright-magenta": "text-accent",
};

/** Output of a command: its colours are kept, everything else in it is text. */
export function TerminalText({ text }: { readonly text: string }): ReactNode {
  const parts = Anser.ansiToJson(withoutControls(text), { use_classes: true, remove_empty: true });
  return (
    <pre className="overflow-x-auto font-mono text-sm whitespace-pre-wrap break-words" dir="ltr">
      {parts.map((part, index) => (
        <span
          // The parts of one text have no other name than their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          className={`${colours[part.fg] ?? ""} ${part.decorations.includes("bold") ? "font-semibold" : ""}`}
        >
          {visibleText(part.content)}
        </span>
      ))}
    </pre>
  );
}

const Rendered = lazy(() => import("./markdown.tsx"));

/** Markdown of an agent, sanitised; the plain text stands there while the renderer is loaded. */
export function Markdown({ text }: { readonly text: string }): ReactNode {
  const plain = visibleText(text);
  return (
    <Suspense fallback={<p className="whitespace-pre-wrap wrap-anywhere">{plain}</p>}>
      <Rendered text={plain} />
    </Suspense>
  );
}
