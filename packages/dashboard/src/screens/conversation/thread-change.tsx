import type { Result } from "@harness/protocol";
import { type ReactNode, useState } from "react";
import { useRead } from "../../live/index.ts";
import { Button, Empty, Loaded, Panel, PlainText, visibleText } from "../../ui/index.ts";

/** Lines of a patch shown at first. */
const MOST_LINES = 2_000;

/** What a conversation changed since its base; read when somebody wants to see it. */
export function ThreadChange({ thread }: { readonly thread: Result<"thread/get"> }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <Panel
      title="Changes"
      actions={
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Hide" : "Show"}
        </Button>
      }
    >
      {open ? (
        <Change threadId={thread.id} />
      ) : (
        <p className="text-muted">What was changed since the base. Nobody proved it: it is CLAIMED.</p>
      )}
    </Panel>
  );
}

function Change({ threadId }: { readonly threadId: string }): ReactNode {
  const read = useRead("thread/diff", { thread_id: threadId });
  return (
    <Loaded read={read} what="the change">
      {({ files, patch, cut }) =>
        files.length === 0 ? (
          <Empty title="Nothing was changed" />
        ) : (
          <div className="flex flex-col gap-2">
            <ul className="font-mono text-sm">
              {files.map(({ path, insertions, deletions }) => (
                <li key={path} className="break-all">
                  <span className="text-added">+{insertions}</span>{" "}
                  <span className="text-removed">−{deletions}</span> <PlainText text={path} />
                </li>
              ))}
            </ul>
            <Patch patch={patch} />
            {cut && <p className="text-muted">The patch is longer than what is shown.</p>}
          </div>
        )
      }
    </Loaded>
  );
}

function Patch({ patch }: { readonly patch: string }): ReactNode {
  const lines = patch.split("\n");
  return (
    // It is scrolled by keyboard too.
    <section
      aria-label="Patch"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      tabIndex={0}
      className="max-h-[60dvh] overflow-auto rounded bg-sunken p-2"
    >
      <pre className="font-mono text-sm">
        {lines.slice(0, MOST_LINES).map((line, index) => (
          // Lines have no other name than their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <div key={index} className={lookOf(line)}>
            {visibleText(line) || " "}
          </div>
        ))}
      </pre>
      {lines.length > MOST_LINES && (
        <p className="text-muted">{lines.length - MOST_LINES} more lines are not shown.</p>
      )}
    </section>
  );
}

function lookOf(line: string): string {
  if (/^(?:\+\+\+|---|diff |index )/.test(line)) return "text-muted";
  if (line.startsWith("+")) return "text-added";
  if (line.startsWith("-")) return "text-removed";
  return line.startsWith("@@") ? "text-accent" : "";
}
