import type { ListDefaults, ListProblem, ListSkipped, TaskRequest } from "@harness/protocol";

/** Where something stands in the text, both from 1. */
export interface Place {
  readonly line: number;
  readonly column?: number | undefined;
}

/** A value and where it was written. */
export interface Placed {
  readonly value: unknown;
  readonly place: Place;
}

/** An item as it was written: its fields by name, not checked yet. A name may come from outside; hence a map. */
export interface RawItem {
  /** From 1, in the order of the text; what `after:2` counts. */
  readonly number: number;
  readonly place: Place;
  /** A ticked box: it is done, and whoever comes after it need not wait. */
  readonly checked: boolean;
  readonly values: ReadonlyMap<string, Placed>;
}

/** What one format's reader found. */
export interface RawList {
  readonly items: readonly RawItem[];
  readonly defaults: ReadonlyMap<string, Placed>;
  readonly problems: readonly ListProblem[];
  readonly skipped: readonly ListSkipped[];
}

/** An item whose fields are those of a task request and whose references are resolved. */
export interface ListItem {
  readonly number: number;
  readonly place: Place;
  readonly key: string | null;
  readonly request: TaskRequest;
  /** Numbers of the open items it waits for, ascending. */
  readonly after: readonly number[];
  /** Where each field was written. */
  readonly places: ReadonlyMap<string, Place>;
}

/** A list as it was read. With problems, `items` has only what could be read. */
export interface ReadList {
  readonly items: readonly ListItem[];
  readonly defaults: ListDefaults & { readonly project?: string | undefined };
  readonly problems: readonly ListProblem[];
  readonly skipped: readonly ListSkipped[];
}
