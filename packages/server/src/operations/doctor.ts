import { access, constants } from "node:fs/promises";
import { type DoctorCheck, isHarnessError } from "@harness/protocol";
import { handlesOf, type LoadedConfig } from "../config/index.ts";
import type { GitRunner } from "../git/index.ts";
import type { Policy } from "../policy/index.ts";
import { missingNetwork, type Sandbox } from "../sandbox/index.ts";
import type { Secrets } from "../secrets/index.ts";
import type { DiskSpace, Storage } from "../storage/index.ts";

/** What the doctor looks at. Agents are probed beside it. */
export interface DoctorDeps {
  readonly loaded: LoadedConfig;
  readonly git: GitRunner;
  readonly sandbox: Sandbox;
  readonly storage: Storage;
  readonly space: DiskSpace;
  readonly policy: Pick<Policy, "list">;
  readonly secrets: Pick<Secrets, "read">;
}

const GIB = 1024 ** 3;
/** Less free space than this is a finding: a clone and a database need room. */
const LEAST_FREE_BYTES = 2 * GIB;
/** Fixed lines of git against malicious submodules (CVE-2025-48384); distributions backport it to older numbers. */
const GIT_FIXED = "2.43.7";

/** Tests each part for real: runs git, starts a program in the sandbox, reads the database, measures the disk. */
export async function doctor(deps: DoctorDeps): Promise<DoctorCheck[]> {
  return Promise.all([
    // Each handle is followed as it is when the secret is needed; what it leads to is told to nobody.
    ...handlesOf(deps.loaded.config).map(({ label, source }) =>
      check(`secret ${label}`, async () => {
        await deps.secrets.read(label, source);
        return { ok: true, detail: `from ${source.from}, it can be read`, fix: null };
      }),
    ),
    check("configuration", async () => configuration(deps)),
    check("node", async () => {
      const ok = Number(process.versions.node.split(".")[0]) >= 24;
      return { ok, detail: process.version, fix: ok ? null : "Run harness with its own Node 24." };
    }),
    check("git", async () => {
      const version = (await deps.git.version()).text;
      return {
        ok: true,
        detail: `${version}${older(version, GIT_FIXED) ? `; older than ${GIT_FIXED}, which distributions may have patched` : ""}`,
        fix: null,
      };
    }),
    check("sandbox", () => sandbox(deps)),
    check("network", () => network(deps)),
    check("rules", () => rules(deps)),
    check("data directory", () => dataDirectory(deps)),
    check("database", () => database(deps)),
  ]);
}

/** What a look at one part found. */
type Found = Omit<DoctorCheck, "name">;

/** Which settings are in force, and what is amiss with them. */
function configuration({ loaded: { warnings, file } }: DoctorDeps): Found {
  const detail = [file ?? "no file, defaults", ...warnings.map(warningText)].join("; ");
  return { ok: true, detail, fix: warnings[0]?.message ?? null };
}

/** Starts a program in the sandbox. */
async function sandbox(deps: DoctorDeps): Promise<Found> {
  const probe = await deps.sandbox.probe();
  if (!probe.ok) return { ok: false, detail: probe.reason, fix: probe.fix };
  const none = deps.sandbox.driver === "none";
  return {
    ok: true,
    detail: none
      ? "none, by the operator's choice: agents run with your rights"
      : `${deps.sandbox.driver} ${probe.version}, ${confinementText(deps.sandbox)}, tested with a program in it; ${await deps.sandbox.limitsKeptBy()}`,
    fix: none ? 'Remove sandbox.driver = "none" to confine agents.' : null,
  };
}

/** What agents reach under this sandbox and these settings. */
async function network(deps: DoctorDeps): Promise<Found> {
  const { agent_network, allowed_hosts } = deps.loaded.config.sandbox;
  await deps.sandbox.probe();
  const driver = deps.sandbox.driver ?? "none";
  const missing = missingNetwork(driver, deps.sandbox.confinement, agent_network);
  if (missing !== undefined) return { ok: false, detail: missing.why, fix: missing.fix };
  const hosts = ["the hosts of their model", "what their own and their project's allowed_hosts name"];
  const words = {
    none: "agents have none",
    listed: `agents reach ${[...hosts, ...allowed_hosts].join(", ")}`,
    full: "agents reach everything this machine does",
  };
  const open = driver === "none" || agent_network === "full";
  return {
    ok: true,
    detail: driver === "none" ? words.full : words[agent_network],
    fix: open ? 'Set sandbox.agent_network to "listed", under a sandbox, to bound it.' : null,
  };
}

/** Whether the rules can be read. */
async function rules(deps: DoctorDeps): Promise<Found> {
  const { rules: inForce, faults, notes } = await deps.policy.list(null);
  const [fault] = faults;
  if (fault !== undefined)
    return {
      ok: false,
      detail: `nothing is allowed: ${fault.file}:${fault.line}:${fault.column}: ${fault.message}`,
      fix: "Fix the file, then: harness rule load",
    };
  const detail = inForce.length === 0 ? "none beside the defaults" : `${inForce.length} in force`;
  return { ok: true, detail: [detail, ...notes].join("; "), fix: null };
}

/** Whether the data directory can be written and has room. */
async function dataDirectory(deps: DoctorDeps): Promise<Found> {
  const { data_dir } = deps.loaded.config.server;
  await access(data_dir, constants.W_OK);
  const { freeBytes, reserve, shortage } = deps.space;
  const tight = freeBytes !== null && freeBytes < LEAST_FREE_BYTES;
  const free = freeBytes === null ? "unknown space" : `${(freeBytes / GIB).toFixed(1)} GiB`;
  const kept = { held: "reserve held", freed: "reserve not held", off: "no reserve" }[reserve];
  return {
    ok: shortage === undefined && !tight,
    detail: `${data_dir}, ${free} free, ${kept}${deps.space.fullSince === undefined ? "" : ", work is paused"}`,
    fix:
      shortage ??
      (tight ? "Free disk space: clones and the database need at least 2 GiB. See: harness disk" : null),
  };
}

/** Reads from the database. */
async function database(deps: DoctorDeps): Promise<Found> {
  const row = await deps.storage.reader
    .selectFrom("counters")
    .select("value")
    .where("name", "=", "seq")
    .executeTakeFirst();
  return {
    ok: row !== undefined,
    detail: `${deps.storage.dialect}, ${row?.value ?? 0} events`,
    fix: null,
  };
}

/** A later setting by its name only, as there can be many; whatever else is amiss in full. */
function warningText({ code, field, message }: LoadedConfig["warnings"][number]): string {
  return code === "not_yet" ? `${field} has no effect yet` : message;
}

/** What work is refused under this sandbox is said where the sandbox is. */
function confinementText({ confinement }: Sandbox): string {
  return confinement === "fenced" ? "fenced: work that needs an isolated sandbox is refused" : confinement;
}

async function check(name: string, look: () => Promise<Found>): Promise<DoctorCheck> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    const fix = isHarnessError(error) ? (error.details.hint ?? null) : null;
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error), fix };
  }
}

function older(version: string, than: string): boolean {
  const numbers = (text: string) => (/(\d+)\.(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  const [a, b] = [numbers(version), numbers(than)];
  for (let i = 0; i < 3; i += 1) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) < (b[i] ?? 0);
  return false;
}
