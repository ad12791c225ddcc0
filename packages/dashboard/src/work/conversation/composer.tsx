import { type ReactNode, useState } from "react";
import { Button, Problem } from "../../ui/index.ts";
import { GoesAlong, useCollected } from "../comments/index.ts";
import { useDraft } from "./use-draft.ts";
import { WordsField } from "./words-field.tsx";

/** One way to send what was written. */
export interface Sending {
  readonly name: string;
  readonly hint: string;
  readonly run: (text: string) => Promise<unknown>;
}

interface ComposerProps {
  /** What the text is for; it is kept under this name until it was sent. */
  readonly draft: string;
  readonly label: string;
  readonly placeholder: string;
  readonly project: string | undefined;
  /** By Ctrl+Enter, and by Shift+Ctrl+Enter. */
  readonly ways: readonly [first: Sending, second?: Sending];
  /** Choices that go with it, and what stops the agent. */
  readonly children?: ReactNode;
}

/** Where a person says something to an agent, and what was said on lines goes along. What was typed stays until the server has taken it. */
export function Composer({ draft, label, placeholder, project, ways, children }: ComposerProps): ReactNode {
  const [text, setText] = useDraft(draft);
  const [sending, setSending] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const along = useCollected();
  const empty = text.trim() === "" && along.comments.length === 0;
  const send = async (way: Sending) => {
    if (empty || sending !== null) return;
    setSending(way.name);
    setError(null);
    try {
      await way.run(along.withWords(text));
      setText("");
      along.taken();
    } catch (refused) {
      setError(refused);
    } finally {
      setSending(null);
    }
  };
  const [first, second] = ways;
  return (
    <section aria-label={label} className="flex flex-col gap-2">
      {error !== null && <Problem error={error} />}
      <WordsField
        label={label}
        placeholder={placeholder}
        text={text}
        onText={setText}
        project={project}
        onSend={(other) => void send(other && second ? second : first)}
      />
      <div className="flex flex-wrap items-center gap-2">
        <Button
          look="primary"
          keys="Ctrl+Enter"
          title={first.hint}
          busy={sending === first.name}
          disabled={empty || sending !== null}
          onClick={() => void send(first)}
        >
          {first.name}
        </Button>
        {second && (
          <Button
            keys="Shift+Ctrl+Enter"
            title={second.hint}
            busy={sending === second.name}
            disabled={empty || sending !== null}
            onClick={() => void send(second)}
          >
            {second.name}
          </Button>
        )}
        {children}
        <GoesAlong />
      </div>
    </section>
  );
}
