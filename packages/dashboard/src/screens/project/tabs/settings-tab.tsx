import type { Project } from "@harness/protocol";
import { type FormEvent, type ReactNode, useState } from "react";
import { useAct } from "../../../live/index.ts";
import { Button, hasFaultOutside, Problem } from "../../../ui/index.ts";
import {
  changedWish,
  draftOf,
  type SettingsDraft,
  SettingsFields,
  settingFields,
} from "../../../work/index.ts";

/** Every setting of the project; only what was changed is sent. */
export function SettingsTab({ project }: { readonly project: Project }): ReactNode {
  const save = useAct("project/update");
  // Only what was typed is kept here: what somebody else changes meanwhile shows.
  const [typed, setTyped] = useState<Partial<SettingsDraft>>({});
  const before = draftOf(project.settings);
  const draft = { ...before, ...typed };
  const wish = changedWish(before, draft);
  const changed = Object.keys(wish);
  const send = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ project: project.id, ...wish }, { onSuccess: () => setTyped({}) });
  };
  return (
    <form onSubmit={send} aria-label="Settings of the project" className="flex flex-col gap-4">
      <SettingsFields
        draft={draft}
        error={save.error}
        onChange={(change) => setTyped((earlier) => ({ ...earlier, ...change }))}
      />
      {hasFaultOutside(save.error, settingFields) && <Problem error={save.error} />}
      <div className="sticky bottom-0 flex flex-wrap items-center gap-2 border-t bg-page py-2">
        <Button type="submit" look="primary" busy={save.isPending} disabled={changed.length === 0}>
          Save
        </Button>
        <Button
          disabled={changed.length === 0}
          onClick={() => {
            setTyped({});
            save.reset();
          }}
        >
          Undo
        </Button>
        <span role="status" className="text-muted">
          {changed.length > 0
            ? `Changed: ${changed.map((name) => name.replaceAll("_", " ")).join(", ")}`
            : save.isSuccess
              ? "Saved. It counts from the next attempt on."
              : "Nothing changed"}
        </span>
      </div>
    </form>
  );
}
