/** A kind of secret recognised by its look alone: looks no ordinary text, commit id or UUID has. */
interface SecretPattern {
  readonly label: string;
  /** What stands before the secret and stays. */
  readonly kept?: string;
  /** What is replaced. Every quantifier is bounded, so that a match is at most `maxPatternLength` long. */
  readonly value: string;
}

const notOurs = "(?!\\[redacted:)";

const secretPatterns: readonly SecretPattern[] = [
  {
    label: "private-key",
    value:
      "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----" +
      "(?:(?:(?!-----BEGIN)[^]){0,20000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----" +
      // Without its last line only what looks like the body of a key goes, not the prose after it.
      "|(?:(?:\\\\[nrt]|[^A-Za-z0-9+/=-]){0,8}[A-Za-z0-9+/=]{16,100}){0,150})",
  },
  { label: "anthropic-key", value: "\\bsk-ant-[A-Za-z0-9_-]{16,400}" },
  { label: "openai-key", value: "\\bsk-(?=[A-Za-z_-]{0,60}\\d)[A-Za-z0-9_-]{20,400}" },
  { label: "github-token", value: "\\bg(?:h[pousr]_[A-Za-z0-9]{36,255}|ithub_pat_[A-Za-z0-9_]{22,255})" },
  { label: "aws-key-id", value: "\\bA(?:KIA|SIA)[A-Z0-9]{16}(?![A-Z0-9])" },
  { label: "google-key", value: "\\bAIza[A-Za-z0-9_-]{35}" },
  { label: "harness-token", value: "\\bhrt_[A-Za-z0-9_-]{43}" },
  { label: "slack-token", value: "\\bxox[abeoprs]-[A-Za-z0-9-]{10,250}" },
  {
    label: "jwt",
    value: "\\beyJ[A-Za-z0-9_-]{10,2000}\\.eyJ[A-Za-z0-9_-]{4,4000}(?:\\.[A-Za-z0-9_-]{0,1000})?",
  },
  {
    label: "url-password",
    kept: ":\\/\\/[^\\s/:@\"'<>[]{0,200}:",
    value: `${notOurs}[^\\s/@"'<>]{1,500}(?=@)`,
  },
  {
    label: "url-login",
    kept: ":\\/\\/",
    value: `${notOurs}(?=[^\\s/:@0-9]{0,300}\\d)[^\\s/:@"'<>]{20,300}(?=@)`,
  },
  {
    label: "aws-secret",
    kept: "(?:aws_?secret_?access_?key|AWS_SECRET_ACCESS_KEY|[sS]ecretAccessKey)[\"'\\s:=\\\\]{1,8}",
    value: "[A-Za-z0-9/+=]{40}",
  },
  {
    label: "bearer-token",
    kept: "\\bBearer {1,4}",
    value: "(?=[A-Za-z._~+/=-]{0,100}\\d)[A-Za-z0-9._~+/=-]{16,1000}",
  },
  {
    label: "url-token",
    kept: "[?#&](?:access_|api_|auth_|refresh_|id_)?(?:token|key|secret|password)=",
    value: `${notOurs}[^&#\\s"'<>]{8,1000}`,
  },
];

/** The longest text a match can span, private keys aside; also the most that is held back of one long word. */
const maxPatternLength = 8192;
/** The longest private key recognised from its first to its last line, with both. */
const maxPrivateKeyLength = 20_200;

/** A place in a text and what takes its place. */
export interface Hit {
  /** Where the recognised text begins; what stands between it and `start` is kept, and must not be cut off it. */
  readonly begin: number;
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** Finds what looks like a secret, and tells where in an unfinished text something may yet become one. */
export class PatternMatcher {
  readonly #regex = new RegExp(
    secretPatterns.map(({ kept, value }, index) => `(?<k${index}>${kept ?? ""})${value}`).join("|"),
    "g",
  );

  /** The places to replace from `from` on, in order and without overlap. */
  find(text: string, from = 0): Hit[] {
    const hits: Hit[] = [];
    this.#regex.lastIndex = from;
    for (let match = this.#regex.exec(text); match !== null; match = this.#regex.exec(text)) {
      const index = match.slice(1).findIndex((group) => group !== undefined);
      const start = match.index + (match[index + 1]?.length ?? 0);
      hits.push({
        begin: match.index,
        start,
        end: match.index + match[0].length,
        label: secretPatterns[index]?.label ?? "secret",
      });
    }
    return hits;
  }

  /** The place up to which the text is decided whatever follows it. */
  decided(text: string): number {
    const word = startOfLastWord(text);
    let held = word;
    // The two kinds that go on after a space.
    const before = text.slice(Math.max(0, word - 60), word);
    const start =
      /(?:\bBearer {1,4}|(?:aws_?secret_?access_?key|AWS_SECRET_ACCESS_KEY|[sS]ecretAccessKey)["'\s:=\\]{0,8})$/.exec(
        before,
      );
    if (start !== null) held = word - before.length + start.index;
    return Math.min(held, openPrivateKey(text));
  }
}

function startOfLastWord(text: string): number {
  const lowest = Math.max(0, text.length - maxPatternLength);
  let start = text.length;
  while (start > lowest && !/\s/.test(text[start - 1] ?? " ")) start -= 1;
  return start;
}

/** Where a private key begins whose last line has not come yet, or the end of the text. */
function openPrivateKey(text: string): number {
  const begin = text.lastIndexOf("-----BEGIN ");
  if (begin < 0 || text.length - begin > maxPrivateKeyLength) return text.length;
  const rest = text.slice(begin);
  const header = /^-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/.exec(rest);
  if (header === null) return /^-----BEGIN [A-Z0-9 ]{0,60}-{0,4}$/.test(rest) ? begin : text.length;
  return /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/.test(rest) ? text.length : begin;
}
