import { withoutHalves } from "./cut-marks.ts";
import { ExactMatcher } from "./exact.ts";
import { minSecretLength, secretForms } from "./forms.ts";
import { type Hit, PatternMatcher } from "./patterns.ts";
import { MatchStream, replaceHits } from "./redact-stream.ts";

/** Redacts a text that comes in pieces. What is returned may be shown; the rest comes with a later piece or `flush`. */
export interface RedactStream {
  push(chunk: string): string;
  /** The end of the text: gives out what was held back. The stream may be used again for a new text. */
  flush(): string;
}

/**
 * Keeps secrets out of everything that is written or sent. Knows the exact values this server uses, in the
 * spellings they may take, and the looks of well-known keys. What it finds becomes `[redacted:<label>]`.
 */
export class Redactor {
  readonly #labels = new Map<string, string>();
  readonly #patterns = new PatternMatcher();
  #exact = new ExactMatcher(this.#labels);
  #stale = false;

  /**
   * Makes a value known. Of an address with a password, the password is known too. False when nothing was
   * registered because the value is shorter than 8 characters: too short to be told from ordinary text.
   */
  register(label: string, value: string): boolean {
    const name = label.replaceAll(/[^A-Za-z0-9._-]/g, "-").slice(0, 60) || "secret";
    const values = [value, value.trim(), ...passwordsOf(value)].filter(
      (one) => one.length >= minSecretLength,
    );
    for (const one of values)
      for (const form of secretForms(one)) if (!this.#labels.has(form)) this.#labels.set(form, name);
    if (values.length > 0) this.#stale = true;
    return values.length > 0;
  }

  /** The text without secrets. Where it says that it was cut, it loses the words at the cut. */
  readonly redact = (cut: string): string => {
    const text = withoutHalves(cut);
    const exact = this.#matcher();
    const known = exact.find(text);
    const first = known.length === 0 ? text : replaceHits(text, known);
    const looks = this.#patterns.find(first);
    return looks.length === 0 ? first : replaceHits(first, looks);
  };

  /** Where secrets of this server stand in a text, in any of their spellings. */
  known(text: string): Hit[] {
    return this.#matcher().find(text);
  }

  /** Where something stands in a text that looks like a secret. */
  looks(text: string): Hit[] {
    return this.#patterns.find(text);
  }

  /** A copy of a JSON value with every text redacted; the names of fields are kept. */
  redactDeep<T>(value: T): T {
    // The copy has the shape of the original: only texts change, and they stay texts.
    return this.#deep(value) as T;
  }

  /** A stream of its own; one that is open learns of secrets registered later. */
  createStream(): RedactStream {
    const exact = new MatchStream(() => this.#matcher());
    const looks = new MatchStream(() => this.#patterns);
    return {
      push: (chunk) => looks.push(exact.push(chunk)),
      flush: () => looks.push(exact.flush()) + looks.flush(),
    };
  }

  #matcher(): ExactMatcher {
    if (this.#stale) {
      this.#exact = new ExactMatcher(new Map(this.#labels));
      this.#stale = false;
    }
    return this.#exact;
  }

  #deep(value: unknown): unknown {
    if (typeof value === "string") return this.redact(value);
    if (Array.isArray(value)) return value.map((inner) => this.#deep(inner));
    if (typeof value !== "object" || value === null || value instanceof Date) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.#deep(inner)]));
  }
}

function passwordsOf(value: string): string[] {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || !URL.canParse(value)) return [];
  const { password } = new URL(value);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
