import { key } from "./key.ts";
import { secret } from "./secret-source.ts";
import { bool, choice, integer, path, paths, pattern } from "./value-type.ts";

/** Settings of the server itself. */
export const serverKeys = {
  "server.transport": key(
    choice(["http", "stdio"]),
    "http",
    "How clients reach the server. With `stdio`, `harness serve` listens on no address: it speaks JSON-RPC on standard input and output, a message a line. A server in the background always speaks HTTP.",
    { env: "HARNESS_TRANSPORT", flag: "transport" },
  ),
  "server.http_addr": key(
    pattern(
      /^(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9.-]+):\d{1,5}$/,
      'an address and a port, such as "127.0.0.1:9800"',
    ),
    "127.0.0.1:9800",
    "Address and port in one; `server.host` and `server.port` win over it in the same place.",
    { env: "HARNESS_HTTP_ADDR" },
  ),
  "server.host": key(
    pattern(/^[A-Za-z0-9.:%-]{1,255}$/, 'a host name or an address, such as "127.0.0.1"'),
    "127.0.0.1",
    "Address to listen on. A public one needs `server.allow_public_bind`.",
    { env: "HARNESS_HOST", flag: "host" },
  ),
  "server.port": key(integer(0, 65_535), 9800, "Port to listen on; 0 takes any free port.", {
    env: "HARNESS_PORT",
    flag: "port",
  }),
  "server.allow_public_bind": key(
    bool,
    false,
    "Allow an address other machines can reach. Requests still need the token; put TLS in front.",
    { env: "HARNESS_ALLOW_PUBLIC_BIND", flag: "allow-public-bind" },
  ),
  "server.data_dir": key(
    path,
    "~/.local/share/harness",
    "Where everything Harness owns lives: database, mirrors, workspaces, logs, token.",
    { env: "HARNESS_DATA_DIR", flag: "data-dir" },
  ),
  "server.project_root": key(path, null, "A repository to register as a project at start.", {
    env: "HARNESS_PROJECT_ROOT",
    flag: "project-root",
  }),
  "server.allowed_project_roots": key(
    paths,
    null,
    "Directories projects may lie in. Unless set: the home directory and the directory the server was started in.",
    { env: "HARNESS_ALLOWED_PROJECT_ROOTS" },
  ),
  "server.api_token": key(
    secret(pattern(/^[\x21-\x7e]{16,512}$/, "16 to 512 visible ASCII characters")),
    null,
    "The token clients send. Unless set, one is made and kept in `<data_dir>/token`.",
    { env: "HARNESS_API_TOKEN", secret: true },
  ),
  "server.database_url": key(
    secret(pattern(/^postgres(ql)?:\/\/\S+$/, "a postgres:// address")),
    null,
    "A Postgres 14+ database. Unless set, SQLite in the data directory.",
    { env: "HARNESS_DATABASE_URL", flag: "database-url", secret: true },
  ),
  "server.max_body_bytes": key(integer(1024, 1_073_741_824, "bytes"), 1_048_576, "Largest request body."),
  "server.rate_limit_per_minute": key(
    integer(0, 10_000_000),
    6000,
    "Requests a minute from one client address; 0 switches the limit off.",
  ),
  "server.log_level": key(
    choice(["trace", "debug", "info", "warn", "error", "fatal", "silent"]),
    "info",
    "Least severe records that are written.",
    { env: "HARNESS_LOG_LEVEL", flag: "log-level" },
  ),
  "server.drain_timeout_secs": key(
    integer(0, 3600, "seconds"),
    30,
    "How long a stopping server lets running turns finish before it ends them.",
  ),
  "server.sse_heartbeat_secs": key(
    integer(1, 300, "seconds"),
    15,
    "Pause between heartbeats on a quiet stream.",
  ),
} as const;
