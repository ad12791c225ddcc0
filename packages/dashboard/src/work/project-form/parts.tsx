import type { ReactNode } from "react";
import { CheckBox, Field, faultAt, Input, TextArea } from "../../ui/index.ts";
import type { SettingsDraft } from "./draft.ts";

/** What every part of the form needs: what is typed, what the server said of it, and how to change it. */
export interface PartProps {
  readonly draft: SettingsDraft;
  readonly error: unknown;
  readonly onChange: (change: Partial<SettingsDraft>) => void;
}

/** The names of the fields that hold a text. */
type TextName = {
  [K in keyof SettingsDraft]: SettingsDraft[K] extends string ? K : never;
}[keyof SettingsDraft];
type FlagName = {
  [K in keyof SettingsDraft]: SettingsDraft[K] extends boolean ? K : never;
}[keyof SettingsDraft];

interface NamedProps<N> extends PartProps {
  readonly name: N;
  readonly label: string;
  readonly hint?: ReactNode;
  /** As the server calls it, where that is another name. */
  readonly at?: string;
}

/** A group of fields that belong together. */
export function Group({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 rounded border p-3">
      <legend className="px-1 font-semibold">{title}</legend>
      {children}
    </fieldset>
  );
}

/** A field with its name, and what the server said of it. */
function Named({
  name,
  label,
  hint,
  at,
  error,
  children,
}: NamedProps<TextName> & { readonly children: ReactNode }): ReactNode {
  return (
    <Field label={label} hint={hint} error={faultAt(error, at ?? name)}>
      {children}
    </Field>
  );
}

/** What every control of a text has: what is typed, and how to change it. */
function textOf({ name, draft, onChange }: NamedProps<TextName>) {
  return {
    value: draft[name],
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      onChange({ [name]: target.value }),
  };
}

/** One line. */
export function LineField(props: NamedProps<TextName>): ReactNode {
  return (
    <Named {...props}>
      <Input spellCheck={false} autoComplete="off" {...textOf(props)} />
    </Named>
  );
}

/** A figure. */
export function FigureField(props: NamedProps<TextName>): ReactNode {
  return (
    <Named {...props}>
      <Input type="number" min={1} required {...textOf(props)} />
    </Named>
  );
}

/** Several lines, one for each entry of a list. */
export function ListField(props: NamedProps<TextName>): ReactNode {
  const text = textOf(props);
  return (
    <Named {...props}>
      <TextArea
        rows={Math.min(8, Math.max(2, text.value.split("\n").length))}
        className="font-mono text-sm"
        spellCheck={false}
        {...text}
      />
    </Named>
  );
}

/** Something that is so or is not. */
export function FlagField({
  name,
  label,
  hint,
  at,
  draft,
  error,
  onChange,
}: NamedProps<FlagName>): ReactNode {
  return (
    <CheckBox
      label={label}
      hint={hint}
      error={faultAt(error, at ?? name)}
      checked={draft[name]}
      onChange={(checked) => onChange({ [name]: checked })}
    />
  );
}
