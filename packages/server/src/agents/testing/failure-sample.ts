import type { FailureKind } from "../port.ts";

/** What a provider or its program said, and what Harness must make of it at `sampledAt`. */
export interface FailureSample {
  readonly adapter: "claude" | "codex" | "anthropic" | "openai";
  readonly words: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly error?: Readonly<Record<string, unknown>>;
  readonly kind: FailureKind;
  /** When it may be tried again; null when nobody says. */
  readonly reset_at: string | null;
}

/** The time at which the samples are read. */
export const sampledAt = Date.parse("2026-11-21T11:24:00Z");

type Row = readonly [words: string, status: number | undefined, kind: FailureKind, reset_at?: string];

/** Samples of one adapter, one a line. */
export function samples(adapter: FailureSample["adapter"], list: readonly Row[]): FailureSample[] {
  return list.map(([words, status, kind, reset_at = null]) => ({
    adapter,
    words,
    kind,
    reset_at,
    ...(status === undefined ? {} : { status }),
  }));
}
