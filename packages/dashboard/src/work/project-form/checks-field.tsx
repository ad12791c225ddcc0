import { Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Field, faultAt, Input } from "../../ui/index.ts";
import type { CheckDraft } from "./draft.ts";
import { FlagField, Group, type PartProps } from "./parts.tsx";

/** The commands that prove work: Harness runs them itself on exactly the commit an agent made. */
export function ChecksField(props: PartProps): ReactNode {
  const { draft, error, onChange } = props;
  const checks = draft.validation;
  const put = (index: number, change: Partial<CheckDraft>) =>
    onChange({
      validation: checks.map((check, place) => (place === index ? { ...check, ...change } : check)),
    });
  return (
    <Group title="Proof">
      <FlagField
        {...props}
        name="unproven"
        at="unproven"
        label="Accept work without proof"
        hint="Every record of such work says so. Without this and without a command, finished work waits for a person."
      />
      {!draft.unproven && (
        <>
          {checks.map((check, index) => (
            <CheckRow
              // What was typed moves with its place.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              key={index}
              check={check}
              place={index}
              error={error}
              onChange={(change) => put(index, change)}
              onRemove={() => onChange({ validation: checks.filter((_, place) => place !== index) })}
            />
          ))}
          <Button
            className="w-fit"
            onClick={() => onChange({ validation: [...checks, { name: "", command: "", timeout: "" }] })}
          >
            <Plus size={14} aria-hidden /> Add a command
          </Button>
          {faultAt(error, "validation") !== undefined && (
            <p role="alert" className="text-sm text-broken">
              {faultAt(error, "validation")}
            </p>
          )}
        </>
      )}
    </Group>
  );
}

interface CheckRowProps {
  readonly check: CheckDraft;
  readonly place: number;
  readonly error: unknown;
  readonly onChange: (change: Partial<CheckDraft>) => void;
  readonly onRemove: () => void;
}

function CheckRow({ check, place, error, onChange, onRemove }: CheckRowProps): ReactNode {
  const at = `validation.${place}`;
  return (
    <fieldset
      aria-label={`Command ${place + 1}`}
      className="grid items-end gap-2 sm:grid-cols-[8rem_1fr_8rem_auto]"
    >
      <Field label="Name" error={faultAt(error, `${at}.name`)}>
        <Input value={check.name} onChange={({ target }) => onChange({ name: target.value })} />
      </Field>
      <Field label="Command" error={faultAt(error, `${at}.argv`)}>
        <Input
          className="font-mono"
          spellCheck={false}
          value={check.command}
          placeholder="npm test"
          onChange={({ target }) => onChange({ command: target.value })}
        />
      </Field>
      <Field label="Seconds at most" error={faultAt(error, `${at}.timeout_secs`)}>
        <Input
          type="number"
          min={1}
          value={check.timeout}
          placeholder="as all"
          onChange={({ target }) => onChange({ timeout: target.value })}
        />
      </Field>
      <Button
        look="quiet"
        className="w-fit"
        aria-label={`Remove command ${check.name || place + 1}`}
        onClick={onRemove}
      >
        <Trash2 size={15} aria-hidden />
      </Button>
    </fieldset>
  );
}
