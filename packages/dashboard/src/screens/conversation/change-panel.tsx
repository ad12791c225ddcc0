import type { Result } from "@harness/protocol";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { Button, Panel } from "../../ui/index.ts";
import { ThreadChange } from "./thread-change.tsx";

const route = getRouteApi("/ui/conversations/$threadId");

/** What a conversation changed since its base; read when somebody wants to see it, or an address names a line of it. */
export function ChangePanel({ thread }: { readonly thread: Result<"thread/get"> }): ReactNode {
  const { file, since } = route.useSearch();
  const [open, setOpen] = useState(file !== undefined || since !== undefined);
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
        <ThreadChange thread={thread} />
      ) : (
        <p className="text-muted">What was changed since the base. Nobody proved it: it is CLAIMED.</p>
      )}
    </Panel>
  );
}
