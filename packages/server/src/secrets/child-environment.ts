/** What a child process may get of an environment. */
export interface ChildEnvironmentRequest {
  /** The environment to choose from, usually that of the server. */
  readonly base: Readonly<Record<string, string | undefined>>;
  /** Names to pass; one ending in `*` passes every name with that beginning. */
  readonly allow: readonly string[];
  /** Variables to set, over those passed. */
  readonly set: Readonly<Record<string, string>>;
}

/**
 * Variables no child gets, wherever they come from: marks of an agent we may run inside, our own credentials, and
 * those of the forge, to which only the server itself pushes.
 */
const never = new Set([
  "CLAUDECODE",
  "CLAUDE_CODE_ENTRYPOINT",
  "HARNESS_API_TOKEN",
  "HARNESS_TOKEN",
  "HARNESS_DATABASE_URL",
  "GITHUB_TOKEN",
  "GH_TOKEN",
  "GITHUB_ENTERPRISE_TOKEN",
  "GH_ENTERPRISE_TOKEN",
]);

/**
 * The whole environment of a child: what the list allows, then what is set, and nothing else. Our own `HARNESS_*`
 * variables are not passed on, only set; credentials of the server and agent markers are neither.
 */
export function childEnvironment({ base, allow, set }: ChildEnvironmentRequest): Record<string, string> {
  const exact = new Set(allow.filter((name) => !name.endsWith("*")));
  const beginnings = allow.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
  const passed = Object.entries(base).filter(
    ([name]) =>
      !name.startsWith("HARNESS_") &&
      (exact.has(name) || beginnings.some((beginning) => name.startsWith(beginning))),
  );
  const result: Record<string, string> = {};
  for (const [name, value] of [...passed, ...Object.entries(set)])
    if (value !== undefined && !never.has(name) && !name.includes("=") && !`${name}${value}`.includes("\0"))
      result[name] = value;
  return result;
}
