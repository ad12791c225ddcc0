import { randomBytes } from "node:crypto";

/** Text nobody else has: a hit of it anywhere is this run's. */
const random = (bytes: number) => randomBytes(bytes).toString("hex");

/** Two words in base64url, without a dash or underscore at a word's border. */
const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A secret as a program may write it, and the parts of which none may be found anywhere. */
export interface Canary {
  readonly name: string;
  /** As it stands in a text. */
  readonly text: string;
  readonly needles: readonly string[];
}

/** Secrets the server is bound to. */
export interface BoundSecrets {
  readonly token: string;
  readonly anthropicKey: string;
  /** The database's address with its password, where there is one. */
  readonly databaseUrl: string;
  /** What handles lead to: a variable, a file, a program; and the address and token of a channel. */
  readonly byEnv: string;
  readonly byFile: string;
  readonly byCommand: string;
  readonly hookUrl: string;
  readonly hookToken: string;
}

/** Thirty kinds of secret: those of this server, and those an agent or a command may come upon. */
export function plantCanaries(bound: BoundSecrets): Canary[] {
  const { token, anthropicKey, databaseUrl, byEnv, byFile, byCommand, hookUrl, hookToken } = bound;
  const github = `ghp_${random(18)}`;
  const signature = random(16);
  const jwt = `${segment({ alg: "HS256", typ: "JWT" })}.${segment({ sub: random(8) })}.${signature}`;
  const body = [random(32), random(32)];
  const login = random(10);
  const inQuery = random(12);
  const inKey = random(12);
  const refresh = random(12);
  const awsSecret = random(20);
  const body2 = [random(32), random(32)];
  const { password } = new URL(databaseUrl);
  const base64 = Buffer.from(token).toString("base64");
  const one = (name: string, text: string, ...needles: string[]): Canary => ({
    name,
    text,
    needles: needles.length > 0 ? needles : [text],
  });
  return [
    one("our token", token),
    one("database address", databaseUrl, password),
    one("Anthropic key", anthropicKey),
    one("GitHub token", github),
    one("JWT", jwt, signature),
    one("private key", `-----BEGIN PRIVATE KEY-----\n${body.join("\n")}\n-----END PRIVATE KEY-----`, ...body),
    one("login in an address", `https://user:${login}@example.invalid/repo.git`, login),
    one("token in a query", `https://example.invalid/hook?access_token=${inQuery}`, inQuery),
    one("token in a fragment", `http://127.0.0.1:9800/#token=${token}`, token),
    one("base64 of the token", `auth=${base64}`, base64.replace(/=+$/, "")),
    one("header", `Authorization: Bearer ${random(20)}1`),
    one("OpenAI key", `sk-proj-${random(20)}`),
    one("fine-grained GitHub token", `github_pat_${random(20)}`),
    one("GitHub token of an app", `ghs_${random(18)}`),
    one("AWS key", `AKIA${random(8).toUpperCase()}`),
    one("AWS secret", `AWS_SECRET_ACCESS_KEY=${awsSecret}`, awsSecret),
    one("Google key", `AIza${random(18).slice(0, 35)}`),
    one("Slack token", `xoxb-${random(16)}`),
    one("token with scopes", `hrt_${randomBytes(32).toString("base64url").replaceAll(/[-_]/g, "a")}`),
    one(
      "key of OpenSSH in JSON",
      `-----BEGIN OPENSSH PRIVATE KEY-----\\n${body2.join("\\n")}\\n-----END OPENSSH PRIVATE KEY-----`,
      ...body2,
    ),
    one("hexadecimal of the token", Buffer.from(token).toString("hex")),
    one(
      "login header",
      `Authorization: Basic ${Buffer.from(`user:${token}`).toString("base64")}`,
      Buffer.from(token).toString("base64url").slice(4, -4),
    ),
    one("base64url of what a variable leads to", Buffer.from(byEnv).toString("base64url")),
    one("key in a query", `https://example.invalid/v1?x=1&api_key=${inKey}`, inKey),
    one("token in a fragment of another", `https://example.invalid/cb#refresh_token=${refresh}`, refresh),
    one("what a variable's handle leads to", byEnv),
    one("what a file's handle leads to", JSON.stringify(byFile).slice(1, -1)),
    one("what a program's handle leads to", byCommand),
    one("address of a channel", hookUrl, new URL(hookUrl).pathname),
    one(
      "token of a channel, in an address",
      `https://h.invalid/?q=${encodeURIComponent(hookToken)}`,
      encodeURIComponent(hookToken),
    ),
  ].map((canary) =>
    canary.name === "header"
      ? { ...canary, needles: [canary.text.replace("Authorization: Bearer ", "")] }
      : canary,
  );
}

/** Written backwards a secret is no spelling of itself: programs get and give them so. */
export function backwards(text: string): string {
  return [...text].reverse().join("");
}

/** The names of the canaries found in a text, in upper or lower case. */
export function found(canaries: readonly Canary[], text: string): string[] {
  const low = text.toLowerCase();
  return canaries
    .filter(({ needles }) => needles.some((needle) => low.includes(needle.toLowerCase())))
    .map(({ name }) => name);
}
