import type { Item } from "@harness/protocol";
import { SquareTerminal, Wrench } from "lucide-react";
import type { ReactNode } from "react";
import { Badge, Dot, duration, Elapsed, TerminalText, visibleText } from "../../ui/index.ts";
import { Fold } from "./folded-text.tsx";
import { endOf, oneLine } from "./shortened.ts";

/** Output shown of one call (characters); a log of megabytes does not become a page of megabytes. */
const MOST_SHOWN = 16_384;

interface ToolLineProps {
  readonly item: Item;
  readonly running: boolean;
  /** When it began, where that is known. */
  readonly since: string | null;
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** A command or a tool of an agent in one line: what, how it ended, how long it took; its output unfolds. */
export function ToolLine({ item, running, since, open, onToggle }: ToolLineProps): ReactNode {
  const Icon = item.command === undefined ? Wrench : SquareTerminal;
  return (
    <Fold
      open={open}
      onToggle={onToggle}
      line={
        <>
          <Icon size={13} aria-hidden className="shrink-0 text-muted" />
          <code className="min-w-0 truncate font-mono text-sm">{visibleText(titleOf(item))}</code>
          <span className="ml-auto flex shrink-0 items-center gap-2 text-sm text-muted">
            {item.duration_ms !== undefined && duration(item.duration_ms)}
            {running && since !== null && <Elapsed from={since} to={null} />}
            <Outcome item={item} running={running} />
          </span>
        </>
      }
    >
      <Details item={item} running={running} />
    </Fold>
  );
}

function titleOf({ command, name, path, input }: Item): string {
  if (command !== undefined) return oneLine(command);
  const about = path ?? (input === undefined ? "" : JSON.stringify(input));
  return oneLine(`${name ?? "tool"} ${about}`);
}

function Outcome({ item, running }: { readonly item: Item; readonly running: boolean }): ReactNode {
  if (running)
    return (
      <Badge tone="working">
        <Dot tone="working" /> running
      </Badge>
    );
  const { exit_code } = item;
  if (exit_code === undefined) return null;
  if (exit_code === null) return <Badge tone="broken">ended without exit code</Badge>;
  return (
    <Badge tone={exit_code === 0 ? "plain" : "broken"} title="As the agent reported it: CLAIMED">
      exit {exit_code}
    </Badge>
  );
}

function Details({ item, running }: { readonly item: Item; readonly running: boolean }): ReactNode {
  const { command, input, output = "" } = item;
  const { shown, left } = endOf(output, MOST_SHOWN);
  const nothing = running ? "Nothing was written yet." : "Nothing was written.";
  return (
    <div className="flex flex-col gap-1">
      {command !== undefined && command !== oneLine(command) && (
        <pre className="max-h-60 overflow-auto rounded bg-sunken p-2 font-mono text-sm whitespace-pre-wrap break-all">
          {visibleText(command)}
        </pre>
      )}
      {input !== undefined && (
        <pre className="max-h-60 overflow-auto rounded bg-sunken p-2 font-mono text-sm whitespace-pre-wrap break-all">
          {visibleText(JSON.stringify(input, null, 2))}
        </pre>
      )}
      {left > 0 && <p className="text-sm text-muted">{left} characters before this are not shown.</p>}
      {/* It is scrolled by keyboard too. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
      <section aria-label="Output" tabIndex={0} className="max-h-96 overflow-auto rounded bg-sunken p-2">
        {shown === "" ? <p className="text-sm text-muted">{nothing}</p> : <TerminalText text={shown} />}
      </section>
    </div>
  );
}
