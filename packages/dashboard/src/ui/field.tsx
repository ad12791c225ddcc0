import type { ComponentProps, ReactNode } from "react";

const box =
  "max-w-full rounded border border-strong-line/60 bg-raised px-2 py-1 text-ink placeholder:text-muted disabled:opacity-60 pointer-coarse:min-h-11";

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
export function Input({ className = "", ...rest }: ComponentProps<"input">): ReactNode {
  return <input className={`w-full ${box} ${className}`} {...rest} />;
}

/** Several lines of text. */
export function TextArea({ className = "", ...rest }: ComponentProps<"textarea">): ReactNode {
  return <textarea className={`w-full ${box} ${className}`} {...rest} />;
}

/** One of a few. */
export function Select({ className = "", ...rest }: ComponentProps<"select">): ReactNode {
  return <select className={`${box} min-h-7 ${className}`} {...rest} />;
}
