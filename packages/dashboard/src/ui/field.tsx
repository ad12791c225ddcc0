import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from "react";

const box =
  "w-full rounded border border-strong-line/60 bg-raised px-2 py-1 text-ink placeholder:text-muted disabled:opacity-60 pointer-coarse:min-h-11";

/** A form field with its name, what it is for, and what is wrong with it. */
export function Field({
  label,
  hint,
  error,
  children,
}: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly children: ReactNode;
}): ReactNode {
  return (
    // The control is the child.
    // biome-ignore lint/a11y/noLabelWithoutControl: see above
    <label className="flex flex-col gap-1">
      <span className="font-medium">{label}</span>
      {children}
      {hint && <span className="text-sm text-muted">{hint}</span>}
      {error && (
        <span role="alert" className="text-sm text-broken">
          {error}
        </span>
      )}
    </label>
  );
}

/** A line of text. */
export function Input({ className = "", ...rest }: InputHTMLAttributes<HTMLInputElement>): ReactNode {
  return <input className={`${box} ${className}`} {...rest} />;
}

/** Several lines of text. */
export function TextArea({
  className = "",
  ...rest
}: TextareaHTMLAttributes<HTMLTextAreaElement>): ReactNode {
  return <textarea className={`${box} ${className}`} {...rest} />;
}

/** One of a few. */
export function Select({ className = "", ...rest }: SelectHTMLAttributes<HTMLSelectElement>): ReactNode {
  return <select className={`${box} min-h-7 ${className}`} {...rest} />;
}
