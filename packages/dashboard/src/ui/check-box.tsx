import { type ReactNode, useId } from "react";

interface CheckBoxProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** Something that is so or is not, with what it means. */
export function CheckBox({
  label,
  hint,
  error,
  checked,
  disabled = false,
  onChange,
}: CheckBoxProps): ReactNode {
  const id = useId();
  return (
    <div className="grid grid-cols-[auto_1fr] gap-x-2 pointer-coarse:min-h-11">
      <input
        id={id}
        type="checkbox"
        className="mt-0.5 size-4 accent-accent"
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={({ target }) => onChange(target.checked)}
      />
      <label htmlFor={id} className="min-w-0 font-medium">
        {label}
      </label>
      {hint && (
        <p id={`${id}-hint`} className="col-start-2 text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p role="alert" className="col-start-2 text-sm text-broken">
          {error}
        </p>
      )}
    </div>
  );
}
