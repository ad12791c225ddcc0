import { createHash, randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Redactor } from "./redactor.ts";
import { createToken } from "./token.ts";

const pem = [
  "-----BEGIN RSA PRIVATE KEY-----",
  ...Array.from({ length: 12 }, (_, line) =>
    createHash("sha512").update(String(line)).digest("base64").slice(0, 64),
  ),
  "c2hvcnQ=",
  "-----END RSA PRIVATE KEY-----",
].join("\n");
const digits = "Z9".repeat(30);

/** Looks of secrets, each made here so that this file holds none. */
const looks: readonly (readonly [label: string, secret: string, around: (secret: string) => string])[] = [
  ["anthropic-key", `sk-ant-api03-${digits}`, (key) => `key: ${key}.`],
  ["openai-key", `sk-proj-${digits}`, (key) => `"${key}"`],
  ["github-token", `ghp_${digits.slice(0, 36)}`, (key) => `https://x/${key}/y`],
  ["github-token", `ghs_${digits.slice(0, 36)}`, (key) => key],
  ["github-token", `github_pat_${digits}`, (key) => `(${key})`],
  ["aws-key-id", `AKIA${digits.slice(0, 16)}`, (key) => `id=${key},`],
  ["aws-secret", `${digits.slice(0, 39)}/`, (key) => `aws_secret_access_key = "${key}"`],
  ["google-key", `AIza${digits.slice(0, 35)}`, (key) => key],
  ["slack-token", `xoxb-${digits}`, (key) => key],
  ["jwt", `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx${digits}.${digits}`, (key) => `token ${key} end`],
  ["private-key", pem, (key) => `before\n${key}\nafter`],
  ["private-key", pem.replaceAll("\n", "\\n"), (key) => `{"key":"${key}"}`],
  ["url-password", "hunter2", (key) => `postgres://harness:${key}@localhost:5432/harness`],
  ["url-password", "p!$x", (key) => `git clone https://me:${key}@example.com/x.git`],
  ["url-login", digits, (key) => `https://${key}@example.com/x.git`],
  ["bearer-token", digits, (key) => `Authorization: Bearer ${key}`],
  ["url-token", digits, (key) => `http://127.0.0.1:9800/#token=${key}`],
  ["url-token", digits, (key) => `GET /ws?a=b&access_token=${key}&c=d`],
];

/** Cuts a text into pieces at the given places. */
function pieces(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort(
    (left, right) => left - right,
  );
  return places.slice(1).map((end, index) => text.slice(places[index], end));
}

function streamed(redactor: Redactor, parts: readonly string[]): string {
  const stream = redactor.createStream();
  return parts.map((part) => stream.push(part)).join("") + stream.flush();
}

describe("looks", () => {
  it.each(looks)("%s is redacted, in any pieces [req:secrets.patterns]", (label, secret, around) => {
    const redactor = new Redactor();
    const text = around(secret);
    const expected = around(`[redacted:${label}]`);
    expect(redactor.redact(text)).toBe(expected);
    expect(redactor.redact(expected)).toBe(expected);
    expect(streamed(redactor, [...text])).toBe(expected);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => {
        expect(streamed(redactor, pieces(text, cuts))).toBe(expected);
      }),
    );
  });

  it("a private key without its end loses its body, and not the prose after it [req:secrets.patterns]", () => {
    const redactor = new Redactor();
    const body = pem.split("\n").slice(0, 9).join("\n");
    expect(redactor.redact(`${body}\n`)).toBe("[redacted:private-key]\n");
    expect(redactor.redact("Look for -----BEGIN PRIVATE KEY----- in the file. Then stop.")).toBe(
      "Look for [redacted:private-key] in the file. Then stop.",
    );
  });

  it.each([
    ["a commit", "3f786850e387550fdab836ed7e6dc881de23001b"],
    ["a SHA-256", createHash("sha256").update("x").digest("hex")],
    ["a UUID", randomUUID()],
    ["an id of ours", "task_01J8Z3K4M5N6P7Q8R9S0T1V2W3"],
    ["an integrity hash", `sha512-${createHash("sha512").update("x").digest("base64")}`],
    ["a path", "packages/server/src/secrets/redactor.test.ts:12:34"],
    ["an ssh address", "ssh://git@github.com/owner/name.git and git@github.com:owner/name.git"],
    ["an address with a port", "http://localhost:5432/x http://[::1]:9800/a@b"],
    [
      "words",
      "task-management sk-learn-compatible-estimator the bearer of bad news; Bearer authentication-scheme; eyJ",
    ],
    ["a scope", "npm install @scope/name@1.2.3 ghp_short AKIA xoxb-1 token=abc"],
    [
      "a public key",
      "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----",
    ],
  ])("%s passes unchanged [req:secrets.benign]", (_name, text) => {
    const redactor = new Redactor();
    redactor.register("token", createToken());
    expect(redactor.redact(text)).toBe(text);
    expect(streamed(redactor, [...text])).toBe(text);
  });

  it("gives words out as they come, not only at the end [req:secrets.patterns]", () => {
    const stream = new Redactor().createStream();
    expect(stream.push("I will now read the file")).toBe("I will now read the ");
    expect(stream.push(" and")).toBe("file ");
    expect(stream.flush()).toBe("and");
  });
});

describe("registered values", () => {
  it("are redacted in every encoding [req:secrets.exact, safety.f2]", () => {
    const redactor = new Redactor();
    const secret = 'pä"ss/wörd+1\\2';
    redactor.register("db", secret);
    const json = JSON.stringify(secret).slice(1, -1);
    const forms = [
      secret,
      json,
      JSON.stringify(json).slice(1, -1),
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
      Buffer.from(secret).toString("base64url"),
      Buffer.from(secret).toString("hex"),
    ];
    for (const form of forms) expect(redactor.redact(`a ${form} b`)).toMatch(/^a \[redacted:db\]=* b$/);
  });

  it("are redacted inside a longer base64 text, such as a basic login [req:secrets.exact]", () => {
    const redactor = new Redactor();
    const token = createToken();
    redactor.register("api-token", token);
    for (const before of ["", "u", "us", "use", "user:"]) {
      const encoded = Buffer.from(`${before}${token}:and more`).toString("base64");
      expect(redactor.redact(encoded), before).toContain("[redacted:api-token]");
    }
  });

  it("include the password of an address, in both spellings [req:secrets.exact]", () => {
    const redactor = new Redactor();
    redactor.register("server.database_url", "postgres://harness:s%40cret-word@db/h");
    expect(redactor.redact("password s@cret-word failed, s%40cret-word too")).toBe(
      "password [redacted:server.database_url] failed, [redacted:server.database_url] too",
    );
  });

  it("shorter than eight characters are not searched for [req:secrets.benign]", () => {
    const redactor = new Redactor();
    expect(redactor.register("x", "the")).toBe(false);
    expect(redactor.redact("the end")).toBe("the end");
  });

  it("are taken out of JSON values, whose field names stay [req:secrets.exact]", () => {
    const redactor = new Redactor();
    redactor.register("t", "s3cret-value");
    const at = new Date(0);
    const value = {
      token: "s3cret-value",
      list: ["a s3cret-value", 1, null, true],
      at,
      "s3cret-value": { n: 1n },
    };
    expect(redactor.redactDeep(value)).toEqual({
      token: "[redacted:t]",
      list: ["a [redacted:t]", 1, null, true],
      at,
      "s3cret-value": { n: 1n },
    });
    const hostile: unknown = JSON.parse('{"__proto__": {"x": "s3cret-value"}}');
    expect(JSON.stringify(redactor.redactDeep(hostile))).toBe('{"__proto__":{"x":"[redacted:t]"}}');
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("registered while a stream is open count from then on [req:secrets.exact]", () => {
    const redactor = new Redactor();
    const stream = redactor.createStream();
    let out = stream.push("hello ");
    redactor.register("late", "late-secret");
    out += stream.push("late-") + stream.push("secret ") + stream.flush();
    expect(out).toBe("hello [redacted:late] ");
  });

  const letters = fc.constantFrom(...'ab/+%"\\ \nä😀-_=.:@');
  const secretText = fc
    .string({ unit: letters, minLength: 8, maxLength: 24 })
    .filter((text) => text.trim().length >= 8);
  const many = { numRuns: 500 };

  it("never get out, whatever they are and wherever the text is cut [req:secrets.exact]", () => {
    const texts = fc.array(fc.oneof(fc.nat({ max: 3 }), fc.string({ unit: letters, maxLength: 12 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        fc.array(secretText, { minLength: 1, maxLength: 4 }),
        texts,
        fc.array(fc.nat(), { maxLength: 30 }),
        (secrets, parts, cuts) => {
          const redactor = new Redactor();
          for (const secret of secrets) redactor.register("s", secret);
          const text = parts
            .map((part) => (typeof part === "string" ? part : (secrets[part % secrets.length] ?? "")))
            .join("");
          const whole = redactor.redact(text);
          const cut = streamed(redactor, pieces(text, cuts));
          expect(cut).toBe(whole);
          for (const secret of secrets) expect(whole.includes(secret.trim())).toBe(false);
        },
      ),
      many,
    );
  });

  it("and looks give the same in pieces as in one, in any mixture [req:secrets.patterns]", () => {
    const fragment = fc.oneof(
      fc.constantFrom(...looks.map(([, secret, around]) => around(secret))),
      fc.constantFrom(
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN ",
        "-----END PRIVATE KEY-----",
        "-----END",
        "Bearer ",
        "Bearer",
        "secretAccessKey",
        '": "',
        " ",
        "\n",
        "://a:",
        "@",
        "eyJ",
        "ghp_",
        "sk-",
        "known-secret value",
        "known-sec",
        "?token=",
      ),
      fc.string({ maxLength: 6 }),
      fc.constant("x".repeat(9000)),
    );
    fc.assert(
      fc.property(
        fc.array(fragment, { maxLength: 14 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        (fragments, cuts) => {
          const redactor = new Redactor();
          redactor.register("known", "known-secret value");
          const text = fragments.join("");
          expect(streamed(redactor, pieces(text, cuts))).toBe(redactor.redact(text));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("time", () => {
  const hostile = {
    log: `[2024] error at /src/file.ts:12:4 commit ${createToken()} https://example.com/a?b=c {"level":"info"}\n`,
    "private keys begun": "-----BEGIN PRIVATE KEY-----",
    logins: "://a:",
    jwts: "eyJaaaaaaaaaaa.",
    keys: "sk-",
    tokens: "&token=",
    "one letter": "a",
  };

  it.each(Object.entries(hostile))("is linear for a megabyte of %s [req:secrets.patterns]", (_name, unit) => {
    const redactor = new Redactor();
    for (let count = 0; count < 14; count++) redactor.register(`t${count}`, createToken());
    const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
    redactor.redact(text);
    const start = performance.now();
    redactor.redact(text);
    // Measured at 7 to 100 ms; a quadratic scan takes minutes.
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
