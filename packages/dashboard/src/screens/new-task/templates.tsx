import type { Project } from "@harness/protocol";
import type { ReactNode } from "react";
import { useRead } from "../../live/index.ts";
import { visibleText } from "../../ui/index.ts";
import { ChoiceField, type FieldsProps } from "./choices.tsx";

/** The templates of the project, and what the chosen one puts around the prompt. */
export function Templates({
  project,
  ...fields
}: FieldsProps & { readonly project: Project | undefined }): ReactNode {
  const { data } = useRead(
    "template/list",
    { project: project?.id ?? "" },
    { enabled: project !== undefined },
  );
  const templates = data?.data ?? [];
  if (templates.length === 0 && fields.draft.template === "") return null;
  const chosen = templates.find(({ name }) => name === fields.draft.template);
  return (
    <div className="flex flex-col gap-1">
      <ChoiceField
        {...fields}
        name="template"
        label="Template"
        nothing="None"
        options={templates.map(({ name }) => [name, name])}
      />
      {chosen && (
        <pre className="max-h-32 overflow-auto rounded bg-sunken p-2 text-sm whitespace-pre-wrap">
          {visibleText(chosen.prompt)}
        </pre>
      )}
    </div>
  );
}
