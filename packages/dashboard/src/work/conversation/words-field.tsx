import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useCommands } from "../../commands/index.ts";
import { useRead } from "../../live/index.ts";
import { isSend, TextArea } from "../../ui/index.ts";
import { type Mention, mentionAt, withPath } from "./mention.ts";
import { PathList } from "./path-list.tsx";

/** Files offered at a time. */
const MOST_PATHS = 8;

interface WordsFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** How high it is, and how long the text may be. */
  readonly rows?: number;
  readonly most?: number;
  /** The project whose files `@` offers; none without. */
  readonly project: string | undefined;
  /** Ctrl+Enter (Cmd+Enter), with Shift for the second way to send. */
  readonly onSend: (second: boolean) => void;
}

/** Where a person writes to an agent: `@` and some letters offer the files of the project. */
export function WordsField(props: WordsFieldProps): ReactNode {
  const { label, placeholder, text, onText, project, onSend, rows = 3, most = 65_536 } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const [mention, setMention] = useState<Mention | null>(null);
  const [chosen, setChosen] = useState(0);
  const caretTo = useRef<number | null>(null);
  const found = useRead(
    "project/files",
    { project: project ?? "", query: mention?.query ?? "", limit: MOST_PATHS },
    { enabled: project !== undefined && mention !== null, keep: true },
  );
  const paths = mention === null || project === undefined ? [] : (found.data?.paths ?? []);
  useCommands([
    { id: `say ${list}`, title: label, keys: "m", group: "Conversation", run: () => field.current?.focus() },
  ]);
  const look = () => {
    const { value, selectionStart, selectionEnd } = field.current!;
    const next = selectionStart === selectionEnd ? mentionAt(value, selectionStart) : null;
    if (next?.query !== mention?.query || next?.start !== mention?.start) setChosen(0);
    setMention(next);
  };
  const choose = (path: string) => {
    if (mention === null) return;
    const next = withPath(text, mention, path);
    caretTo.current = next.caret;
    onText(next.text);
    setMention(null);
  };
  // The caret goes behind the path once the path is in the field.
  useEffect(() => {
    if (caretTo.current === null) return;
    field.current?.focus();
    field.current?.setSelectionRange(caretTo.current, caretTo.current);
    caretTo.current = null;
  });
  const press = (event: KeyboardEvent) => {
    if (isSend(event)) {
      event.preventDefault();
      onSend(event.shiftKey);
    } else if (paths.length > 0 && chooses(event.key)) {
      event.preventDefault();
      if (event.key === "Escape") setMention(null);
      else if (event.key === "ArrowDown") setChosen((chosen + 1) % paths.length);
      else if (event.key === "ArrowUp") setChosen((chosen + paths.length - 1) % paths.length);
      else choose(paths[Math.min(chosen, paths.length - 1)]!);
    }
  };
  const open = paths.length > 0;
  return (
    <div className="relative">
      {open && <PathList id={list} paths={paths} chosen={chosen} onChoose={choose} />}
      <TextArea
        ref={field}
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={open ? list : undefined}
        aria-activedescendant={open ? `${list}-${chosen}` : undefined}
        rows={rows}
        maxLength={most}
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          onText(event.target.value);
          look();
        }}
        onSelect={look}
        onBlur={() => setMention(null)}
        onKeyDown={press}
      />
    </div>
  );
}

function chooses(key: string): boolean {
  return ["ArrowDown", "ArrowUp", "Enter", "Tab", "Escape"].includes(key);
}
