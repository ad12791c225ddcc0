import type { ValueType } from "./value-type.ts";

/** One setting: how it is written, what it is when nobody says, where else it may come from, and what it does. */
export interface ConfigKey<T, D extends T | null> {
  readonly type: ValueType<T>;
  readonly default: D;
  /** One sentence for the reference page. */
  readonly doc: string;
  /** The variable, when it is not `HARNESS_` and the path in capitals. */
  readonly env?: string;
  /** A variable of the vendor that is read when ours is not set. */
  readonly vendorEnv?: string;
  /** A flag of `harness serve`, without dashes. */
  readonly flag?: string;
  /** Never shown, never logged, registered with the redactor. */
  readonly secret?: true;
}

/** A row of the key table, whatever its value type. */
export type AnyConfigKey = ConfigKey<unknown, unknown>;

/** Declares one setting. */
export function key<T, D extends T | null>(
  type: ValueType<T>,
  fallback: D,
  doc: string,
  more: Pick<ConfigKey<T, D>, "env" | "vendorEnv" | "flag" | "secret"> = {},
): ConfigKey<T, D> {
  return { type, default: fallback, doc, ...more };
}
