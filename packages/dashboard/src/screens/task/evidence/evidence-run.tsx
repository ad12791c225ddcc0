import type { Evidence } from "@harness/protocol";
import { Check, ChevronRight, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Badge, bytes, CopyText, duration, PlainText, TerminalText, visibleText } from "../../../ui/index.ts";

/** One command Harness ran: what came out, and everything that proves it. */
export function EvidenceRun({
  run,
  where,
  newest,
}: {
  readonly run: Evidence;
  /** Tells it from other runs of the same command. */
  readonly where: string;
  /** Of the newest runs what failed is shown at once. */
  readonly newest: boolean;
}): ReactNode {
  const [open, setOpen] = useState(newest && !run.passed);
  const Icon = run.passed ? Check : X;
  return (
    <article aria-label={visibleText(run.name)} className="flex min-w-0 flex-col gap-1">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={run.passed ? "working" : "broken"}>
          <Icon size={11} aria-hidden /> {run.passed ? "passed" : "failed"}
        </Badge>
        <Badge title="Harness itself ran it on exactly this commit">VERIFIED</Badge>
        <h3 className="font-semibold">
          <PlainText text={run.name} />
        </h3>
        <span className="text-muted">
          {endOf(run)} · {duration(run.duration_ms)}
          {run.counts !== null && ` · ${countsOf(run.counts)}`}
        </span>
      </div>
      <code className="rounded bg-sunken px-2 py-1 font-mono text-sm [overflow-wrap:anywhere]">
        <PlainText text={commandOf(run.command)} />
      </code>
      <div className="flex flex-wrap items-center gap-x-3 text-sm text-muted">
        <span>
          output {bytes(run.output_bytes)}, SHA-256{" "}
          <CopyText text={run.output_sha256} shown={run.output_sha256.slice(0, 12)} />
        </span>
        <span>
          sandbox <PlainText text={run.sandbox} />
        </span>
      </div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-6 items-center gap-1 self-start rounded text-sm text-muted hover:text-ink pointer-coarse:min-h-11"
      >
        <ChevronRight size={13} aria-hidden className={open ? "rotate-90" : ""} />
        {open ? "Hide the output" : "Show the output"}
      </button>
      {open && <Output text={run.output} name={`${run.name}, ${where}`} />}
    </article>
  );
}

function Output({ text, name }: { readonly text: string; readonly name: string }): ReactNode {
  if (text.trim() === "") return <p className="text-muted">It printed nothing.</p>;
  return (
    <section
      aria-label={`Output of ${visibleText(name)}`}
      // It is scrolled by keyboard too.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      tabIndex={0}
      className="max-h-96 overflow-auto rounded border bg-sunken p-2"
    >
      <TerminalText text={text} />
    </section>
  );
}

function endOf({ exit_code, reason }: Evidence): string {
  if (exit_code !== null) return `exit ${exit_code}`;
  return reason.replaceAll("_", " ");
}

function countsOf({ passed, failed, skipped }: NonNullable<Evidence["counts"]>): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** A command as a shell would take it, for people; words with signs are quoted. */
function commandOf(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
}
