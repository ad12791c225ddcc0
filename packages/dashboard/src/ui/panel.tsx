import type { ReactNode } from "react";

/** A screen: its name, what can be done on it, and what it shows. */
export function Screen({
  title,
  actions,
  children,
}: {
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="mx-auto flex w-full max-w-[1600px] flex-col gap-4 p-3 sm:p-4">
      <header className="flex flex-wrap items-center justify-between gap-2">
        <h1 className="min-w-0 text-xl font-semibold">{title}</h1>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a screen. */
export function Panel({
  title,
  actions,
  children,
}: {
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section className="min-w-0 rounded-lg border bg-raised">
      <header className="flex flex-wrap items-center justify-between gap-2 border-b px-3 py-2">
        <h2 className="font-semibold">{title}</h2>
        {actions}
      </header>
      <div className="p-3">{children}</div>
    </section>
  );
}

/** A figure with its name. */
export function Figure({
  name,
  children,
  hint,
}: {
  readonly name: string;
  readonly children: ReactNode;
  readonly hint?: string;
}): ReactNode {
  return (
    <div className="rounded-lg border bg-raised px-3 py-2" title={hint}>
      <div className="text-sm text-muted">{name}</div>
      <div className="text-xl font-semibold">{children}</div>
    </div>
  );
}

/** A table that scrolls sideways by itself on a narrow screen. */
export function Table({
  caption,
  head,
  children,
}: {
  readonly caption: string;
  readonly head: readonly string[];
  readonly children: ReactNode;
}): ReactNode {
  return (
    // It is scrolled by keyboard too; what is placed in it scrolls with it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section className="relative overflow-x-auto" tabIndex={0} aria-label={caption}>
      <table className="w-full border-collapse text-left [&_td]:border-b [&_td]:px-2 [&_td]:py-1.5 [&_td]:align-top [&_tbody_th]:min-w-24 [&_td:first-child]:min-w-40 [&_th]:border-b [&_th]:px-2 [&_th]:py-1.5 [&_th]:text-sm [&_th]:font-medium [&_th]:text-muted [&_thead_th]:whitespace-nowrap">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
