import { isHarnessError } from "@harness/protocol";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Elapsed, Time } from "./time.tsx";
import { visibleText } from "./visible-text.ts";

/** Nothing is there, why that is so, and what to do about it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className="flex flex-col items-center gap-2 rounded border border-dashed p-8 text-center text-muted">
      <p className="font-medium text-ink">{title}</p>
      {children}
    </div>
  );
}

/** Something was refused or broke: the sentence of the server, its code, and what helps. */
export function Problem({
  error,
  retry,
}: {
  readonly error: unknown;
  readonly retry?: () => void;
}): ReactNode {
  const code = isHarnessError(error) ? error.code : "unreachable";
  const text = isHarnessError(error)
    ? error.message
    : "The server cannot be reached. It is tried again by itself.";
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-3 rounded border border-broken/40 bg-broken-soft p-3 text-broken"
    >
      <span className="min-w-0 flex-1 wrap-anywhere">
        {visibleText(text)} <code className="font-mono text-xs">({code})</code>
      </span>
      {retry && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}

/** Waiting for an answer, and for how long already. */
export function Waiting({ since, what }: { readonly since: number; readonly what: string }): ReactNode {
  return (
    <p role="status" className="p-3 text-muted">
      Reading {what} … <Elapsed from={new Date(since).toISOString()} to={null} />
    </p>
  );
}

/** An answer on the screen, or why it is not there; one that could not be read anew says how old it is. */
export function Loaded<T>({
  read,
  what,
  children,
}: {
  readonly read: UseQueryResult<T>;
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}): ReactNode {
  const { data, error, dataUpdatedAt, errorUpdatedAt, refetch } = read;
  if (data === undefined)
    return error === null ? (
      <Waiting since={errorUpdatedAt || Date.now()} what={what} />
    ) : (
      <Problem error={error} retry={() => void refetch()} />
    );
  return (
    <>
      {error !== null && (
        <p role="status" className="mb-2 text-muted">
          As it was <Time at={dataUpdatedAt} />: it could not be read anew.
        </p>
      )}
      {children(data)}
    </>
  );
}
