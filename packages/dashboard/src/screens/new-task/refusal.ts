import { isHarnessError } from "@harness/protocol";

/** What a server refused: by field where it named one, and what belongs to none that is shown. */
export interface Refusal {
  readonly fields: ReadonlyMap<string, string>;
  readonly rest: unknown;
}

/** Sorts a refusal by the fields a form has. */
export function refusalOf(error: unknown, shown: readonly string[]): Refusal {
  const fields = new Map<string, string>();
  if (!isHarnessError(error)) return { fields, rest: error };
  const { field, issues } = error.details;
  const named = issues ?? (field === undefined ? [] : [{ field, message: error.message }]);
  let others = named.length === 0;
  for (const issue of named) {
    // `labels.3` and `approvals.profile` are said at the field they are in.
    const name = issue.field.split(/[.[]/, 1)[0]!;
    if (shown.includes(name)) fields.set(name, fields.get(name) ?? issue.message);
    else others = true;
  }
  return { fields, rest: others ? error : null };
}
