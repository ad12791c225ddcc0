import { ApprovalProfile, SandboxProfile } from "@harness/protocol";
import { type ReactNode, useId } from "react";
import { useRead } from "../../live/index.ts";
import { Field, Input, Select, visibleText } from "../../ui/index.ts";
import { priorityWords } from "../../work/index.ts";
import type { DraftField } from "./draft.ts";
import type { DraftHand } from "./use-task-draft.ts";

/** What every group of fields gets. */
export interface FieldsProps extends DraftHand {
  /** What the server refused, by field. */
  readonly errors: ReadonlyMap<string, string>;
}

interface TextProps extends FieldsProps {
  readonly name: DraftField;
  /** The field of the request, where it is called otherwise. */
  readonly field?: string;
  readonly label: string;
  readonly hint?: string;
  readonly list?: string;
  readonly number?: boolean;
}

/** A line of the draft. */
export function TextField({
  draft,
  change,
  errors,
  name,
  field,
  label,
  hint,
  list,
  number,
}: TextProps): ReactNode {
  return (
    <Field label={label} hint={hint} error={errors.get(field ?? name)}>
      <Input
        value={draft[name]}
        onChange={({ target }) => change({ [name]: target.value })}
        {...(number === true ? { inputMode: "decimal" } : {})}
        {...(list === undefined ? {} : { list })}
        aria-invalid={errors.has(field ?? name)}
        autoComplete="off"
        spellCheck={name === "title"}
      />
    </Field>
  );
}

/** One of a few for a field of the draft; the first is to say nothing. */
export function ChoiceField({
  draft,
  change,
  errors,
  name,
  label,
  nothing,
  options,
}: Omit<TextProps, "hint" | "list" | "number" | "field"> & {
  readonly nothing: string;
  readonly options: readonly (readonly [value: string, text: string])[];
}): ReactNode {
  const kept = draft[name];
  const known = kept === "" || options.some(([value]) => value === kept);
  return (
    <Field label={label} error={errors.get(name)}>
      <Select
        value={kept}
        onChange={({ target }) => change({ [name]: target.value })}
        aria-invalid={errors.has(name)}
      >
        <option value="">{visibleText(nothing)}</option>
        {!known && <option value={kept}>{visibleText(kept)}</option>}
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {visibleText(text)}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** Who does the work and who reviews it. */
export function WhoFields(props: FieldsProps & { readonly agentOfProject: string | undefined }): ReactNode {
  const { data } = useRead("agent/list", {});
  const models = useId();
  const agents = (data?.agents ?? []).filter(({ kind }) => kind !== "deterministic");
  const options = agents.map(
    ({ name, problem }) => [name, problem === null ? name : `${name} (${problem})`] as const,
  );
  const chosen = agents.find(({ name }) => name === props.draft.agent);
  const byProject = props.agentOfProject === undefined ? "" : ` (${props.agentOfProject})`;
  return (
    <div className="grid grid-cols-1 gap-3 sm:grid-cols-3">
      <ChoiceField
        {...props}
        name="agent"
        label="Agent"
        nothing={`As the project says${byProject}`}
        options={[["auto", "Any that is installed and logged in"], ...options]}
      />
      <TextField {...props} name="model" label="Model" list={models} />
      <ChoiceField {...props} name="reviewer" label="Reviewer" nothing="Any other agent" options={options} />
      <datalist id={models}>
        {chosen?.models.map((model) => (
          <option key={model} value={model} />
        ))}
      </datalist>
    </div>
  );
}

/** How much it may use. */
export function LimitFields(props: FieldsProps): ReactNode {
  return (
    <div className="grid grid-cols-1 gap-3 sm:grid-cols-3">
      <TextField {...props} number name="max_budget_usd" label="Money (US$)" />
      <TextField {...props} number name="max_tokens" label="Tokens" />
      <TextField {...props} number name="max_turns" label="Turns of agents" />
      <TextField {...props} number name="max_wall_mins" field="max_wall_secs" label="Time (minutes)" />
      <TextField {...props} number name="max_attempts" label="Attempts" />
      <TextField {...props} number name="max_rounds" label="Review rounds" />
    </div>
  );
}

const asks = {
  allow_all: "Nobody: the rules alone decide",
  allow_listed: "A person, for what no rule allows",
  strict: "A person, for everything",
} as const;

/** What its agent may do, and who is asked. */
export function LeaveFields(props: FieldsProps): ReactNode {
  return (
    <div className="grid grid-cols-1 gap-3 sm:grid-cols-3">
      <ChoiceField
        {...props}
        name="sandbox"
        label="Sandbox"
        nothing="As the project says"
        options={SandboxProfile.options.map((profile) => [profile, profile.replaceAll("_", " ")])}
      />
      <ChoiceField
        {...props}
        name="approvals"
        label="Who is asked before it acts"
        nothing="As the server says"
        options={ApprovalProfile.options.map((profile) => [profile, asks[profile]])}
      />
      <ChoiceField
        {...props}
        name="priority"
        label="Priority"
        nothing="As the template says, else normal"
        options={priorityWords.map((word, place) => [String(place), word])}
      />
    </div>
  );
}
