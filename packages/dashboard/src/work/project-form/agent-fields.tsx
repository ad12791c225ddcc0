import { SandboxProfile } from "@harness/protocol";
import type { ReactNode } from "react";
import { useRead } from "../../live/index.ts";
import { Field, faultAt, Select } from "../../ui/index.ts";
import { FigureField, FlagField, Group, ListField, type PartProps } from "./parts.tsx";

/** Who does the work and who reviews it. */
export function AgentFields(props: PartProps): ReactNode {
  const { draft, error, onChange } = props;
  const names = useRead("agent/list", {}).data?.agents.map(({ name }) => name) ?? [];
  return (
    <Group title="Agents and review">
      <Field label="Agent" error={faultAt(error, "default_agent") ?? faultAt(error, "agent")}>
        <Select
          value={draft.default_agent}
          onChange={({ target }) => onChange({ default_agent: target.value })}
        >
          {options(["auto", ...names], draft.default_agent).map((name) => (
            <option key={name} value={name}>
              {name === "auto" ? "any that is installed and logged in" : name}
            </option>
          ))}
        </Select>
      </Field>
      <FigureField {...props} name="max_concurrent" label="Tasks at once" />
      <FlagField
        {...props}
        name="takeover"
        label="Let another agent go on while the first one's account is parked or stopped"
      />
      <FlagField
        {...props}
        name="review"
        at="review.enabled"
        label="Have another agent review finished work"
      />
      {draft.review && (
        <>
          <Field label="Reviewer" error={faultAt(error, "review.reviewer_agent")}>
            <Select
              value={draft.reviewer_agent}
              onChange={({ target }) => onChange({ reviewer_agent: target.value })}
            >
              <option value="">any other agent</option>
              {options(names, draft.reviewer_agent).map((name) => (
                <option key={name}>{name}</option>
              ))}
            </Select>
          </Field>
          <FigureField {...props} name="max_rounds" at="review.max_rounds" label="Rounds of review at most" />
          <FlagField
            {...props}
            name="allow_same_agent"
            at="review.allow_same_agent"
            label="Let the same agent review where there is no second one"
            hint="The review is marked as not independent."
          />
        </>
      )}
    </Group>
  );
}

/** What an agent may do and reach. */
export function SandboxFields(props: PartProps): ReactNode {
  const { draft, error, onChange } = props;
  return (
    <Group title="What agents may do">
      <Field label="Sandbox" error={faultAt(error, "sandbox")}>
        <Select value={draft.sandbox} onChange={({ target }) => onChange({ sandbox: target.value })}>
          <option value="">as the server</option>
          {SandboxProfile.options.map((profile) => (
            <option key={profile}>{profile}</option>
          ))}
        </Select>
      </Field>
      <ListField
        {...props}
        name="protected_paths"
        label="Protected files"
        hint="Globs, one a line: a person approves a change of them before it is published."
      />
      <ListField
        {...props}
        name="allowed_hosts"
        label="Allowed hosts"
        hint="One a line, perhaps with a port: reached besides the operator's, where only listed hosts are reached."
      />
    </Group>
  );
}

/** The names to choose from; one that is chosen and no longer known stays. */
function options(names: readonly string[], chosen: string): string[] {
  return [...new Set(chosen === "" ? names : [...names, chosen])];
}
