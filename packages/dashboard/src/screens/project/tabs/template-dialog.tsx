import type { Result } from "@harness/protocol";
import { type FormEvent, type ReactNode, useState } from "react";
import { useAct, useRead } from "../../../live/index.ts";
import {
  Button,
  Dialog,
  Field,
  faultAt,
  hasFaultOutside,
  Input,
  Problem,
  Select,
  TextArea,
} from "../../../ui/index.ts";
import {
  figureFields,
  type OptionalField,
  templateDraft,
  templateWish,
  textFields,
} from "./template-draft.ts";

interface TemplateDialogProps {
  readonly project: string;
  /** The one that is changed; null for a new one. */
  readonly template: Result<"template/list">["data"][number] | null;
  readonly onClose: () => void;
}

const fields = ["name", "prompt", "labels", ...Object.keys(textFields), ...Object.keys(figureFields)];

/** Makes a template, or changes one. */
export function TemplateDialog({ project, template, onClose }: TemplateDialogProps): ReactNode {
  const set = useAct("template/set");
  const [name, setName] = useState(template?.name ?? "");
  const [draft, setDraft] = useState(() => {
    const { name: _, ...rest } = template ?? { name: "", prompt: "" };
    return templateDraft(rest);
  });
  const put = (field: OptionalField) => (text: string) =>
    setDraft((before) => ({ ...before, rest: { ...before.rest, [field]: text } }));
  const send = (event: FormEvent) => {
    event.preventDefault();
    set.mutate({ project, name: name.trim(), ...templateWish(draft) }, { onSuccess: onClose });
  };
  return (
    <Dialog title={template === null ? "Add a template" : `Template ${template.name}`} onClose={onClose} wide>
      <form onSubmit={send} className="flex flex-col gap-3">
        {template === null && (
          <Field label="Name" error={faultAt(set.error, "name")}>
            <Input data-first-focus required value={name} onChange={({ target }) => setName(target.value)} />
          </Field>
        )}
        <Field
          label="Text"
          hint="{{prompt}} and {{title}} stand for those of the task; without {{prompt}} its prompt comes last."
          error={faultAt(set.error, "prompt")}
        >
          <TextArea
            rows={6}
            required
            value={draft.prompt}
            onChange={({ target }) => setDraft((before) => ({ ...before, prompt: target.value }))}
          />
        </Field>
        <div className="grid gap-3 sm:grid-cols-3">
          <AgentChoice name="agent" value={draft.rest.agent} error={set.error} onChange={put("agent")} />
          <Field label={textFields.model} error={faultAt(set.error, "model")}>
            <Input value={draft.rest.model ?? ""} onChange={({ target }) => put("model")(target.value)} />
          </Field>
          <AgentChoice
            name="reviewer"
            value={draft.rest.reviewer}
            error={set.error}
            onChange={put("reviewer")}
          />
        </div>
        <Field label="Labels" hint="With commas between them" error={faultAt(set.error, "labels")}>
          <Input
            value={draft.labels}
            onChange={({ target }) => setDraft((before) => ({ ...before, labels: target.value }))}
          />
        </Field>
        <div className="grid items-end gap-3 sm:grid-cols-3">
          {Object.entries(figureFields).map(([field, label]) => (
            <Field key={field} label={label} error={faultAt(set.error, field)}>
              <Input
                type="number"
                step="any"
                min={0}
                placeholder="as the project"
                value={draft.rest[field as OptionalField] ?? ""}
                onChange={({ target }) => put(field as OptionalField)(target.value)}
              />
            </Field>
          ))}
        </div>
        {hasFaultOutside(set.error, fields) && <Problem error={set.error} />}
        <Button type="submit" look="primary" className="w-fit" busy={set.isPending}>
          Save the template
        </Button>
      </form>
    </Dialog>
  );
}

interface AgentChoiceProps {
  readonly name: "agent" | "reviewer";
  readonly value: string | undefined;
  readonly error: unknown;
  readonly onChange: (name: string) => void;
}

function AgentChoice({ name, value = "", error, onChange }: AgentChoiceProps): ReactNode {
  const agents = useRead("agent/list", {}).data?.agents.map((agent) => agent.name) ?? [];
  const known = value === "" || agents.includes(value) ? agents : [...agents, value];
  return (
    <Field label={textFields[name]} error={faultAt(error, name)}>
      <Select value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">as the project</option>
        {known.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </Select>
    </Field>
  );
}
