import { type KeyboardEvent, type ReactNode, useId } from "react";
import { Button, isSend, Problem, TextArea } from "../../../ui/index.ts";
import type { Ask } from "./use-ask.ts";

interface AskBoxProps {
  readonly ask: Ask;
  readonly label: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** The whole message for what was typed; it is asked for when the button is pressed. */
  readonly message: () => string;
  readonly onSent: () => void;
  readonly rows?: number;
  /** False: there is nothing to send. */
  readonly ready: boolean;
}

/** Words to the agent and the button that sends them; nothing typed is lost when they are refused. */
export function AskBox({
  ask,
  label,
  text,
  onText,
  message,
  onSent,
  rows = 2,
  ready,
}: AskBoxProps): ReactNode {
  const hint = useId();
  const disabled = !ready || ask.refused !== null;
  const send = () => {
    if (!disabled && !ask.busy) ask.send(message(), onSent);
  };
  const press = (event: KeyboardEvent) => {
    if (!isSend(event)) return;
    event.preventDefault();
    send();
  };
  return (
    <div className="flex flex-col gap-2">
      <TextArea
        aria-label={label}
        aria-describedby={hint}
        placeholder={label}
        rows={rows}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={press}
      />
      {ask.error !== null && <Problem error={ask.error} />}
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p id={hint} className="min-w-0 flex-1 text-sm text-muted">
          {ask.refused ?? ask.hint}
        </p>
        <Button look="primary" busy={ask.busy} disabled={disabled} keys="Ctrl+Enter" onClick={send}>
          Send to the agent
        </Button>
      </div>
    </div>
  );
}
