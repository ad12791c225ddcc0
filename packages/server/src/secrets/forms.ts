/** Secrets shorter than this are not searched for: they would hit ordinary words. */
export const minSecretLength = 8;

/**
 * The spellings a secret may have in text: as it is, in base64 (also inside a longer base64 text, at each of the
 * three alignments), base64url, hexadecimal, URL-encoded and JSON-escaped. Without doubles.
 */
export function secretForms(secret: string): string[] {
  const forms = [
    secret,
    encodeSafely(secret),
    formEncoded(secret),
    jsonEscaped(secret),
    jsonEscaped(jsonEscaped(secret)),
  ];
  const bytes = Buffer.from(secret, "utf8");
  forms.push(bytes.toString("hex"), bytes.toString("hex").toUpperCase());
  forms.push(bytes.toString("base64"), bytes.toString("base64url"));
  for (const shift of [0, 1, 2]) {
    const inner = alignedBase64(bytes, shift);
    forms.push(inner, inner.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return [...new Set(forms)].filter((form) => form.length >= minSecretLength);
}

/** The base64 characters that depend on the secret alone when `shift` other bytes stand before it. */
function alignedBase64(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
  const skip = [0, 2, 3][shift] ?? 0;
  const whole = Math.floor(((shift + bytes.length) * 8) / 6);
  return text.slice(skip, whole);
}

function encodeSafely(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function formEncoded(text: string): string {
  return encodeSafely(text).replaceAll("%20", "+");
}

function jsonEscaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
