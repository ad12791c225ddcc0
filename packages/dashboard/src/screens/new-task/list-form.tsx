import type { Project } from "@harness/protocol";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useId, useState } from "react";
import { useAct, useLive } from "../../live/index.ts";
import { Button, Field, Input, isSend, Panel, Problem, TextArea, visibleText } from "../../ui/index.ts";
import { BranchChoices } from "./branch-choices.tsx";
import { ListPreview } from "./list-preview.tsx";
import { useSending } from "./use-sending.ts";
import type { DraftHand } from "./use-task-draft.ts";

const example = `- [ ] Mend the sum of the basket
- [ ] Write a test for the discount  priority:high
- [ ] Describe both in the README  after:1,2`;

/** Many tasks at once, all or none: first it is shown what would become of them, then they are submitted. */
export function ListForm({
  draft,
  change,
  project,
}: DraftHand & { readonly project: Project | undefined }): ReactNode {
  const navigate = useNavigate();
  const { client } = useLive();
  const preview = useAct("task/submit_list");
  const [seen, setSeen] = useState("");
  const branches = useId();
  const base_branch = draft.base_branch.trim();
  const asked = {
    text: draft.list,
    ...(project === undefined ? {} : { project: project.id }),
    ...(base_branch === "" ? {} : { defaults: { base_branch } }),
  };
  const what = JSON.stringify(asked);
  const sending = useSending(async (key) => {
    await client.call("task/submit_list", { ...asked, idempotency_key: key });
    change({ list: "" });
    await navigate({ to: "/ui/board", search: project === undefined ? {} : { project: project.name } });
  });
  const look = () => {
    if (draft.list.trim() === "") return;
    setSeen(what);
    preview.mutate({ ...asked, dry_run: true });
  };
  const shown = seen === what ? preview.data : undefined;
  const ready = shown !== undefined && shown.problems.length === 0 && shown.tasks.length > 0;
  const next = () => (ready ? sending.send(what) : look());
  return (
    <form
      className="flex flex-col gap-4"
      onKeyDown={(event) => {
        if (!isSend(event)) return;
        event.preventDefault();
        next();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        next();
      }}
    >
      <Panel title="List">
        <Field
          label="Tasks"
          hint="Markdown, YAML or JSON lines; in Markdown each item of a list is a task, and words such as agent:, priority: and after: say more about it."
        >
          <TextArea
            rows={12}
            className="font-mono text-sm"
            placeholder={example}
            spellCheck={false}
            value={draft.list}
            onChange={({ target }) => change({ list: target.value })}
          />
        </Field>
        <div className="mt-3 sm:max-w-64">
          <Field
            label="Base branch"
            hint={`Of tasks that name none; ${project ? visibleText(project.settings.base_branch) : "the project's"} unless told`}
          >
            <Input
              list={branches}
              value={draft.base_branch}
              onChange={({ target }) => change({ base_branch: target.value })}
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
          <BranchChoices id={branches} project={project} />
        </div>
      </Panel>
      {preview.error !== null && seen === what && <Problem error={preview.error} />}
      {sending.error !== null && <Problem error={sending.error} />}
      {shown && <ListPreview list={shown} />}
      <div className="flex flex-wrap gap-2">
        <Button
          look={ready ? "plain" : "primary"}
          busy={preview.isPending}
          disabled={draft.list.trim() === ""}
          onClick={look}
          {...(ready ? {} : { keys: "Ctrl+Enter" })}
        >
          Show what it would do
        </Button>
        {ready && (
          <Button type="submit" look="primary" busy={sending.busy} keys="Ctrl+Enter">
            Submit {shown.tasks.length === 1 ? "1 task" : `${shown.tasks.length} tasks`}
          </Button>
        )}
      </div>
    </form>
  );
}
