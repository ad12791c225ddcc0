import { Check, Link2 } from "lucide-react";
import type { ReactNode } from "react";
import { useCopy } from "../../ui/index.ts";

/** Puts the address of one thing on the page into the clipboard. */
export function CopyLink({ href, what }: { readonly href: string; readonly what: string }): ReactNode {
  const { copied, copy, byHand } = useCopy(new URL(href, location.origin).href);
  const Icon = copied ? Check : Link2;
  return (
    <>
      <button
        type="button"
        title={`Copy a link to this ${what}`}
        aria-label={copied ? "Copied" : `Copy a link to this ${what}`}
        onClick={copy}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded text-muted opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 hover:bg-hover focus-visible:opacity-100 pointer-coarse:size-11 pointer-coarse:opacity-60"
      >
        <Icon size={13} aria-hidden />
      </button>
      {byHand}
    </>
  );
}
