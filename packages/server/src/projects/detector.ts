import type { Repository } from "./repository-listing.ts";

/** A command that would prove the work. */
export interface ProposedCommand {
  readonly name: string;
  readonly argv: readonly string[];
}

/** What one detector contributes. */
export interface Part {
  readonly setup?: readonly (readonly string[])[];
  readonly validation?: readonly ProposedCommand[];
  readonly cache_dirs?: readonly string[];
  readonly notes?: readonly string[];
}

/** Looks for one ecosystem; undefined when the repository does not use it. */
export type Detector = (listing: Repository) => Part | undefined;

/** The value of a JSON text, or undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return undefined;
  }
}

/** The value as a record, or undefined when it is none. */
export function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
