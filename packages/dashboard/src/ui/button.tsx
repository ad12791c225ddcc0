import type { ButtonHTMLAttributes, ReactNode } from "react";

const looks = {
  plain: "border border-strong-line/50 bg-raised hover:bg-hover",
  primary: "bg-accent text-on-accent hover:opacity-90",
  danger: "border border-broken/60 bg-raised text-broken hover:bg-broken-soft",
  quiet: "text-muted hover:bg-hover hover:text-ink",
} as const;

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: keyof typeof looks;
  /** True while what it started has not been answered: it cannot be pressed twice. */
  readonly busy?: boolean;
  /** The key that does the same, shown on hover. */
  readonly keys?: string;
}

/** A button; 44 px high where fingers press it. */
export function Button({
  look = "plain",
  busy = false,
  keys,
  className = "",
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      aria-busy={busy}
      title={keys === undefined ? rest.title : `${rest.title ?? ""} (${keys})`.trim()}
      className={`inline-flex min-h-7 items-center justify-center gap-1.5 rounded px-2.5 font-medium whitespace-nowrap disabled:opacity-50 pointer-coarse:min-h-11 ${looks[look]} ${className}`}
      {...rest}
      disabled={rest.disabled === true || busy}
    />
  );
}
