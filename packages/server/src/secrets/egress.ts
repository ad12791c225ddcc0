import { createHash } from "node:crypto";
import { HarnessError } from "@harness/protocol";
import type { Redactor } from "./redactor.ts";

/** A secret in a text that was to leave: where it is and what kind it is, never what it says. */
export interface EgressFinding {
  readonly place: string;
  /** Counted from 1 in the text that was looked at. */
  readonly line: number;
  /** The setting a known secret belongs to, or the look of an unknown one. */
  readonly kind: string;
  /** What an operator names to let a look-alike pass, such as a fixture of a test; null for a secret of this server. */
  readonly fingerprint: string | null;
}

/** Looks so specific that ordinary source text has them only where it holds a key, or a fixture made to look like one. */
const SPECIFIC: ReadonlySet<string> = new Set([
  "private-key",
  "anthropic-key",
  "openai-key",
  "github-token",
  "aws-key-id",
  "google-key",
  "harness-token",
  "slack-token",
  "jwt",
]);
/** The first line of a key alone is a word of documentation. */
const LEAST_PRIVATE_KEY = 120;

/** What the gate is built from. */
export interface EgressDeps {
  readonly redactor: Pick<Redactor, "known" | "looks">;
  /** Fingerprints the operator lets pass (`egress.allow`). */
  readonly allowed: readonly string[];
}

/**
 * Looks at text before it leaves the server for good: a branch, its commits, a pull request, a comment (SAFETY.md C6).
 * Such text is stopped, not cleaned: what an agent was talked into sending is not to be sent in part. Exact secrets
 * of this server never pass; what only looks like one passes when the operator names its fingerprint.
 */
export class EgressGate {
  readonly #redactor: EgressDeps["redactor"];
  readonly #allowed: ReadonlySet<string>;

  constructor({ redactor, allowed }: EgressDeps) {
    this.#redactor = redactor;
    this.#allowed = new Set(allowed);
  }

  /** Every secret of a text, in order. */
  scan(place: string, text: string): EgressFinding[] {
    const known = this.#redactor.known(text);
    const looks = this.#redactor
      .looks(text)
      .filter(({ start, end, label }) => isSpecific(label, text.slice(start, end)))
      .filter((hit) => !known.some(({ start, end }) => start < hit.end && hit.start < end));
    const at = (start: number) => text.slice(0, start).split("\n").length;
    return [
      ...known.map(({ start, label }) => ({ place, line: at(start), kind: label, fingerprint: null })),
      ...looks.flatMap(({ start, end, label }) => {
        const fingerprint = fingerprintOf(text.slice(start, end));
        return this.#allowed.has(fingerprint) ? [] : [{ place, line: at(start), kind: label, fingerprint }];
      }),
    ].sort((left, right) => left.line - right.line);
  }

  /** Throws `secret_egress` for a text with a secret, such as the body of a pull request or a comment. */
  check(place: string, text: string): void {
    const findings = this.scan(place, text);
    if (findings.length === 0) return;
    throw new HarnessError("secret_egress", `Not sent, for it holds a secret: ${told(findings)}.`, {
      field: place,
      hint: "Take it out. A secret that was written somewhere should be replaced by a new one.",
    });
  }
}

/** Findings in words: kind, place, and by which fingerprint a look-alike is let through. */
export function told(findings: readonly EgressFinding[], most = 5): string {
  const lines = findings.slice(0, most).map(({ place, line, kind, fingerprint }) => {
    const by = fingerprint === null ? "" : `, fingerprint ${fingerprint}`;
    return `${kind} in ${place}, line ${line}${by}`;
  });
  const more = findings.length - lines.length;
  return lines.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

function isSpecific(label: string, value: string): boolean {
  if (!SPECIFIC.has(label)) return false;
  if (label === "private-key") return value.length >= LEAST_PRIVATE_KEY;
  // The example of Amazon's own documentation.
  return !(label === "aws-key-id" && value.endsWith("EXAMPLE"));
}

/** Tells one value from another without showing it. */
function fingerprintOf(value: string): string {
  return createHash("sha256").update(value).digest("hex").slice(0, 16);
}
