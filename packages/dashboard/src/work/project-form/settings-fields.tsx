import type { ReactNode } from "react";
import { Field, faultAt, Input } from "../../ui/index.ts";
import { AgentFields, SandboxFields } from "./agent-fields.tsx";
import { ChecksField } from "./checks-field.tsx";
import { caps } from "./draft.ts";
import { FigureField, FlagField, Group, LineField, ListField, type PartProps } from "./parts.tsx";

/** The fields a refusal may name that are shown with it at their place. */
export const settingFields: readonly string[] = [
  "base_branch",
  "branch_prefix",
  "setup",
  "copy_files",
  "cache_dirs",
  "validation",
  "validation_timeout_secs",
  "default_agent",
  "agent",
  "max_concurrent",
  "takeover",
  "sandbox",
  "review",
  "protected_paths",
  "allowed_hosts",
  "lfs",
  "submodules",
  "night_limits",
];

const capWords: Readonly<Record<(typeof caps)[number], string>> = {
  max_budget_usd: "Dollars",
  max_tokens: "Tokens",
  max_wall_secs: "Seconds attempts run",
  max_turns: "Turns",
  max_attempts: "Attempts",
};

/** Every setting of a project, to be typed over. */
export function SettingsFields(props: PartProps): ReactNode {
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-4">
        <Group title="Branches">
          <LineField {...props} name="base_branch" label="Base branch" hint="Where work begins" />
          <LineField
            {...props}
            name="branch_prefix"
            label="Prefix of branches"
            hint="Of the branches finished work is published as"
          />
        </Group>
        <ChecksField {...props} />
        <Group title="Workspace">
          <ListField
            {...props}
            name="setup"
            label="Set up by"
            hint="Commands, one a line, run before an agent starts. Words with blanks stand in quotes; there is no shell."
          />
          <ListField
            {...props}
            name="copy_files"
            label="Files copied in"
            hint="Paths in the repository that git does not track, one a line"
          />
          <ListField
            {...props}
            name="cache_dirs"
            label="Folders kept between attempts"
            hint="Such as node_modules, one a line"
          />
          <FlagField {...props} name="lfs" label="Fetch large files (git LFS)" />
          <FlagField {...props} name="submodules" label="Fetch submodules" />
        </Group>
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <AgentFields {...props} />
        <SandboxFields {...props} />
        <Limits {...props} />
      </div>
    </div>
  );
}

function Limits(props: PartProps): ReactNode {
  const { draft, error, onChange } = props;
  return (
    <Group title="Limits">
      <FigureField {...props} name="validation_timeout_secs" label="Seconds each proof may take" />
      <p className="text-muted">What the project may use in one night; empty is no limit.</p>
      <div className="grid gap-3 sm:grid-cols-2">
        {caps.map((name) => (
          <Field key={name} label={capWords[name]} error={faultAt(error, `night_limits.${name}`)}>
            <Input
              type="number"
              min={0}
              step="any"
              value={draft.night[name]}
              placeholder="no limit"
              onChange={({ target }) => onChange({ night: { ...draft.night, [name]: target.value } })}
            />
          </Field>
        ))}
      </div>
    </Group>
  );
}
