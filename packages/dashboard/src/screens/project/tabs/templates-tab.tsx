import type { Project, Result } from "@harness/protocol";
import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useAct, useRead } from "../../../live/index.ts";
import { Button, Confirm, Empty, Loaded, Panel, visibleText } from "../../../ui/index.ts";
import { TemplateDialog } from "./template-dialog.tsx";

type Template = Result<"template/list">["data"][number];
/** What a dialog is open for. */
type Open =
  | { readonly what: "set"; readonly template: Template | null }
  | { readonly what: "remove"; readonly name: string };

/** Named ways to ask for work in the project. */
export function TemplatesTab({ project }: { readonly project: Project }): ReactNode {
  const read = useRead("template/list", { project: project.id });
  const [open, setOpen] = useState<Open | null>(null);
  return (
    <Panel
      title="Templates"
      actions={
        <Button onClick={() => setOpen({ what: "set", template: null })}>
          <Plus size={14} aria-hidden /> Add a template
        </Button>
      }
    >
      <Loaded read={read} what="the templates">
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="No template yet">
              <p>A template is a text around a prompt, who does the work, and its limits, under a name.</p>
            </Empty>
          ) : (
            <ul className="flex flex-col divide-y">
              {data.map((template) => (
                <TemplateRow
                  key={template.name}
                  template={template}
                  onEdit={() => setOpen({ what: "set", template })}
                  onRemove={() => setOpen({ what: "remove", name: template.name })}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      {open?.what === "set" && (
        <TemplateDialog project={project.id} template={open.template} onClose={() => setOpen(null)} />
      )}
      {open?.what === "remove" && (
        <Removal project={project.id} name={open.name} onClose={() => setOpen(null)} />
      )}
    </Panel>
  );
}

interface TemplateRowProps {
  readonly template: Template;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function TemplateRow({ template, onEdit, onRemove }: TemplateRowProps): ReactNode {
  const { name, prompt, labels, ...rest } = template;
  const facts = Object.entries({ ...rest, ...(labels ? { labels: labels.join(", ") } : {}) });
  return (
    <li className="flex flex-wrap items-start gap-2 py-2">
      <div className="min-w-0 flex-1">
        <h3 className="font-semibold">{visibleText(name)}</h3>
        <p className="line-clamp-3 break-words whitespace-pre-wrap text-muted">{visibleText(prompt)}</p>
        <p className="text-sm text-muted">
          {facts
            .map(([key, value]) => `${key.replaceAll("_", " ")} ${visibleText(String(value))}`)
            .join(" · ")}
        </p>
      </div>
      <Button aria-label={`Change template ${name}`} onClick={onEdit}>
        Change
      </Button>
      <Button look="danger" aria-label={`Remove template ${name}`} onClick={onRemove}>
        Remove …
      </Button>
    </li>
  );
}

interface RemovalProps {
  readonly project: string;
  readonly name: string;
  readonly onClose: () => void;
}

function Removal({ project, name, onClose }: RemovalProps): ReactNode {
  const remove = useAct("template/remove");
  return (
    <Confirm
      title={`Remove the template ${name}?`}
      action="Remove the template"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ project, name }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>Tasks that were made from it keep what they have.</p>
    </Confirm>
  );
}
