import type { Project } from "@harness/protocol";
import { type ReactNode, useId } from "react";
import { Panel } from "../../ui/index.ts";
import { WordsField } from "../../work/index.ts";
import { BranchChoices } from "./branch-choices.tsx";
import { type FieldsProps, TextField } from "./choices.tsx";
import { DependsOn } from "./depends-on.tsx";
import { Templates } from "./templates.tsx";

/** The longest prompt the server takes. */
const MOST_PROMPT = 262_144;

/** What is to be done, from which branch, and after which tasks. */
export function WorkFields({
  project,
  onSend,
  ...fields
}: FieldsProps & {
  readonly project: Project | undefined;
  readonly onSend: (another: boolean) => void;
}): ReactNode {
  const { draft, change, errors } = fields;
  const branches = useId();
  return (
    <Panel title="Work">
      <div className="flex flex-col gap-3">
        <Templates {...fields} project={project} />
        <div className="flex flex-col gap-1">
          <span aria-hidden className="font-medium">
            What to do
          </span>
          <WordsField
            label="What to do"
            placeholder="In plain words. @ offers the files of the project."
            rows={7}
            most={MOST_PROMPT}
            text={draft.prompt}
            onText={(prompt) => change({ prompt })}
            project={project?.id}
            onSend={onSend}
          />
          {errors.has("prompt") && (
            <p role="alert" className="text-sm text-broken">
              {errors.get("prompt")}
            </p>
          )}
        </div>
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-3">
          <TextField {...fields} name="title" label="Title" hint="The first line of it unless told" />
          <TextField
            {...fields}
            name="base_branch"
            label="Base branch"
            list={branches}
            hint={project ? `${project.settings.base_branch} unless told` : "The project's unless told"}
          />
          <BranchChoices id={branches} project={project} />
          <TextField {...fields} name="labels" label="Labels" hint="Separated by commas" />
        </div>
        <DependsOn {...fields} />
      </div>
    </Panel>
  );
}
