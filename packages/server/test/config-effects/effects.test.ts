import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { type ConfigPath, configKeys } from "../../src/config/index.ts";

/**
 * Every setting and the test that proves what it does. A test of this folder names the settings it proves before the
 * colon of its title; other tests are named here, and must set the key they are named for.
 */
const provenElsewhere: Partial<Record<ConfigPath, readonly [file: string, title: string]>> = {
  "server.allow_public_bind": [
    "http/bind.test.ts",
    "is taken when the operator allows it, and still needs the token",
  ],
  "server.database_url": [
    "storage/postgres-task.test.ts",
    "runs a whole task on Postgres, and the next server resumes on it",
  ],
  "agents.talk_back": [
    "secrets/task-token.test.ts",
    "an agent in the sandbox reads its task, reports and asks",
  ],
  "server.access_log": ["leaks/leaks.test.ts", "are not in what was written of requests"],
  "server.trusted_proxies": ["http/forwarded.test.ts", "are believed from a proxy the operator trusts"],
  "egress.private_hosts": [
    "outbound/private-hosts.test.ts",
    "reaches a machine of the operator by the name he listed",
  ],
  "egress.allow": ["secrets/egress.test.ts", "passes once the operator names its fingerprint"],
  "sandbox.driver": [
    "scenarios/waits.test.ts",
    'runs without a sandbox only when the operator says "none", and shows it',
  ],
  "limits.breaker_failures": ["scenarios/breaker.test.ts", "rests after so many failures in a row"],
  "limits.breaker_cooldown_secs": ["scenarios/breaker.test.ts", "rests after so many failures in a row"],
  "limits.breaker_window_secs": ["scenarios/breaker.test.ts", "is not one whose failures lie too far apart"],
  "limits.max_tool_calls": ["scenarios/circles.test.ts", "ends an attempt of a task"],
  "limits.dead_letter_attempts": ["scenarios/circles.test.ts", "ends an attempt of a task"],
  "limits.same_tool_call_times": ["scenarios/circles.test.ts", "loses its turn in a conversation"],
  "concurrency.loop_jaccard_threshold": ["scenarios/circles.test.ts", "reviews that ask for the same again"],
};

const tests = path.resolve(import.meta.dirname, "..");

/** Settings named in the titles of this folder. */
function provenHere(): Set<string> {
  const title = /\(\s*"([a-z][a-z_.]*(?:, [a-z][a-z_.]*)*): /g;
  const named = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(".test.ts") && file !== path.basename(import.meta.filename))
    .flatMap((file) => [...readFileSync(path.join(import.meta.dirname, file), "utf8").matchAll(title)])
    .flatMap((match) => match[1]!.split(", "));
  return new Set(named);
}

it("every setting has a test that proves its effect [req:config.effects]", () => {
  const here = provenHere();
  const keys = Object.keys(configKeys) as ConfigPath[];
  expect(keys.filter((key) => !here.has(key) && !provenElsewhere[key])).toEqual([]);
  expect([...here].filter((name) => !(keys as string[]).includes(name))).toEqual([]);
});

it("a test named for a setting exists and sets it [req:config.effects]", () => {
  for (const [key, [file, title]] of Object.entries(provenElsewhere)) {
    const text = readFileSync(path.join(tests, file), "utf8");
    expect(text, `${key}: ${file}`).toContain(title);
    const name = key.split(".").at(-1)!;
    expect(text.includes(name) || text.includes(name.toUpperCase()), `${file} sets ${key}`).toBe(true);
  }
});
