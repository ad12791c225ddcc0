import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { placeFile, placeLink, readPlainFile } from "../private-file.ts";

const CREDENTIALS = ".credentials.json";
const ACCOUNT_KEYS = [
  "oauthAccount",
  "primaryApiKey",
  "customApiKeyResponses",
  "userID",
  "hasCompletedOnboarding",
];
const SETTING_KEYS = [
  "apiKeyHelper",
  "awsAuthRefresh",
  "awsCredentialExport",
  "env",
  "forceLoginMethod",
  "model",
];
const Json = z.record(z.string(), z.json());
const Credentials = z.looseObject({ claudeAiOauth: z.looseObject({ expiresAt: z.number() }) });

/** Where the operator is logged in to Claude Code. */
export interface ClaudeLoginPlace {
  /** `CLAUDE_CONFIG_DIR`, or `.claude` in the operator's home. */
  readonly directory: string;
  /** The account file: `.claude.json` in that directory when it was chosen, else in the operator's home. */
  readonly account_file: string;
}

/**
 * The operator's login as an agent's private home sees it. The credentials are linked, not copied: a token that
 * Claude Code renews is renewed for everybody. Of the settings only what a login needs is taken over, so that
 * neither hooks nor standing permissions of the operator reach the agent.
 */
export class ClaudeLogin {
  readonly #place: ClaudeLoginPlace;

  constructor(place: ClaudeLoginPlace) {
    this.#place = place;
  }

  get credentialsFile(): string {
    return path.join(this.#place.directory, CREDENTIALS);
  }

  /** Everything of the operator's own configuration, for a login that works nowhere else. */
  get files(): readonly string[] {
    return [this.#place.directory, this.#place.account_file];
  }

  /** True when a file says how to log in; the file's content is not checked. */
  async exists(): Promise<boolean> {
    if (await isFile(this.credentialsFile)) return true;
    const account = await pick(this.#place.account_file, ["primaryApiKey"]);
    const settings = await pick(path.join(this.#place.directory, "settings.json"), ["apiKeyHelper"]);
    return Object.keys(account).length + Object.keys(settings).length > 0;
  }

  /** Fills a home for a turn. Returns what of the login must be writable from inside. */
  async fill(home: string): Promise<string[]> {
    const settings = await pick(path.join(this.#place.directory, "settings.json"), SETTING_KEYS);
    await placeFile(home, "settings.json", JSON.stringify(settings));
    if (!(await isFile(path.join(home, ".claude.json")))) {
      const account = await pick(this.#place.account_file, ACCOUNT_KEYS);
      await placeFile(home, ".claude.json", JSON.stringify({ hasCompletedOnboarding: true, ...account }));
    }
    if (!(await isFile(this.credentialsFile))) return [];
    await placeLink(home, CREDENTIALS, this.credentialsFile);
    return [this.credentialsFile];
  }

  /** Takes a renewed token back when the program replaced the link with a file of its own. */
  async takeBack(home: string): Promise<void> {
    const renewed = await readPlainFile(path.join(home, CREDENTIALS));
    if (renewed === undefined) return;
    const current = await readFile(this.credentialsFile, "utf8").catch(() => "");
    if (expiry(renewed) <= expiry(current)) return;
    await placeFile(this.#place.directory, CREDENTIALS, renewed);
  }
}

function expiry(text: string): number {
  try {
    return Credentials.parse(JSON.parse(text)).claudeAiOauth.expiresAt;
  } catch {
    return 0;
  }
}

async function pick(file: string, keys: readonly string[]): Promise<z.infer<typeof Json>> {
  const text = await readFile(file, "utf8").catch(() => "{}");
  try {
    const all = Json.parse(JSON.parse(text));
    return Object.fromEntries(Object.entries(all).filter(([key]) => keys.includes(key)));
  } catch {
    return {};
  }
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
