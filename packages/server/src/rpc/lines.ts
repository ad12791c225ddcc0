const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A line as its bytes, without its end; or how long one was that is too long to keep. */
export type Line =
  | { readonly bytes: Uint8Array; readonly tooLong?: undefined }
  | { readonly tooLong: number };

/**
 * Cuts a stream into lines. Nothing is read ahead of the reader. A line over the limit is skipped to its end and only
 * counted; what stands after the last line end is a line too. Lines of nothing but white space are passed over.
 */
export async function* readLines(
  input: AsyncIterable<Uint8Array | string>,
  mostBytes: number,
): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (part: Uint8Array) => {
    length += part.length;
    if (length <= mostBytes) parts.push(part);
    else parts = [];
  };
  const line = (): Line | undefined => {
    const whole = length > mostBytes ? undefined : Buffer.concat(parts);
    const tooLong = length;
    parts = [];
    length = 0;
    if (whole === undefined) return { tooLong };
    const bytes = whole.at(-1) === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole;
    return bytes.every((byte) => byte === 0x20 || byte === 0x09) ? undefined : { bytes };
  };
  for await (const read of input) {
    const chunk = typeof read === "string" ? Buffer.from(read) : read;
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end === -1) break;
      take(chunk.subarray(start, end));
      const one = line();
      if (one) yield one;
      start = end + 1;
    }
    take(chunk.subarray(start));
  }
  const rest = line();
  if (rest) yield rest;
}
