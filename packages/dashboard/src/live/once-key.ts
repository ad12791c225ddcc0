/**
 * Keys that let a thing be sent again without being done twice: the same one for the same content until it was accepted,
 * so that an answer that was lost on its way costs nothing.
 */
export class OnceKey {
  #tried: { readonly what: string; readonly key: string } | undefined;

  /** The key of this content. */
  of(what: string): string {
    if (this.#tried?.what !== what) this.#tried = { what, key: newKey() };
    return this.#tried.key;
  }

  /** It was accepted: the same content again is something new. */
  accepted(): void {
    this.#tried = undefined;
  }
}

function newKey(): string {
  // Also there on plain http, where `randomUUID` is not.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `web-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
