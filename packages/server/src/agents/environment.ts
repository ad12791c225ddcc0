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

/**
 * Builds a child's environment from an allow-list: the search path, a plain terminal and locale, the network's
 * variables and the names given. Nothing else of the server's environment reaches an agent.
 */
export function childEnvironment(host: HostEnvironment, names: readonly string[]): Record<string, string> {
  const env: Record<string, string> = { PATH: host["PATH"] ?? "/usr/local/bin:/usr/bin:/bin", TERM: "dumb" };
  env["LANG"] = host["LANG"] ?? "C.UTF-8";
  for (const name of ["TZ", ...NETWORK_NAMES, ...names]) {
    const value = host[name];
    if (value !== undefined && value !== "") env[name] = value;
  }
  return env;
}
