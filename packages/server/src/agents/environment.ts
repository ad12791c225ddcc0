import { childEnvironment as allowed } from "../secrets/index.ts";

/** Variables any command-line agent may need to reach the network from where the server runs. */
const NETWORK_NAMES = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "ALL_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "all_proxy",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
] as const;

/** The server's environment as the configuration hands it over; adapters take single names out of it. */
export type HostEnvironment = Readonly<Record<string, string | undefined>>;

/** Variables the operator set for an agent, secrets among them. */
export interface SetVariables {
  readonly names: readonly string[];
  /** Their values, read anew for each start of the agent's program. */
  read(): Promise<Readonly<Record<string, string>>>;
}

/** Values of variables that log in by themselves, as far as they are there now: set for the agent, or the server's own. */
export async function loginValues(
  names: readonly string[],
  host: HostEnvironment,
  set: SetVariables | undefined,
): Promise<(string | undefined)[]> {
  // A secret that cannot be read is a login that is gone.
  const own = await set?.read().catch(() => undefined);
  return names.map((name) => own?.[name] ?? host[name]);
}

/**
 * Builds a child's environment from an allow-list: the search path, a plain terminal and locale, the network's
 * variables, the names given and what is set. Nothing else of the server's environment reaches an agent.
 */
export function childEnvironment(
  host: HostEnvironment,
  names: readonly string[],
  set: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const plain = {
    PATH: host["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    TERM: "dumb",
    LANG: host["LANG"] ?? "C.UTF-8",
  };
  const given = ["TZ", ...NETWORK_NAMES, ...names].filter((name) => (host[name] ?? "") !== "");
  return allowed({ base: host, allow: given, set: { ...plain, ...set } });
}
