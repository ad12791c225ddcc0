import { isHarnessError } from "@harness/protocol";

/** Every field a refusal names, with what is wrong there. */
function faultsOf(error: unknown): { readonly field: string; readonly message: string }[] {
  if (!isHarnessError(error)) return [];
  const { issues, field } = error.details;
  if (issues !== undefined && issues.length > 0) return [...issues];
  return field === undefined ? [] : [{ field, message: error.message }];
}

const lies = (field: string, name: string) => field === name || field.startsWith(`${name}.`);

/** What a refusal says of a field, or of something in it. */
export function faultAt(error: unknown, name: string): string | undefined {
  return faultsOf(error).find(({ field }) => lies(field, name))?.message;
}

/** True when a refusal says something that belongs to none of these fields, so that it must be shown apart. */
export function hasFaultOutside(error: unknown, names: readonly string[]): boolean {
  if (error === null || error === undefined) return false;
  const faults = faultsOf(error);
  return faults.length === 0 || faults.some(({ field }) => !names.some((name) => lies(field, name)));
}
