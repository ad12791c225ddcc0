/** Parameters by which tools of other systems let a model leave their sandbox, or be asked about nothing. */
const WAYS_OUT =
  /^(dangerously\w*|sandbox_?mode|sandbox_?policy|sandbox_permissions|with_escalated_permissions|skip_permissions|permission_?mode|writable_roots|additional_directories)$/i;

/**
 * What of a tool's input asks for less confinement. None of it has an effect: the sandbox is around the agent, and
 * nothing in it can say how it is confined.
 */
export function waysOut(input: unknown): string[] {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return [];
  return Object.keys(input).filter((name) => WAYS_OUT.test(name));
}

/** The input of a tool without them. */
export function withoutWaysOut(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const asked = waysOut(input);
  return Object.fromEntries(Object.entries(input).filter(([name]) => !asked.includes(name)));
}
