/** The longest record in the log, in bytes. */
export const maxRecordBytes = 65_536;
const keptTextLength = 16_000;

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/**
 * A finished JSON line as it may be written: without secrets, at most 64 KiB, still one JSON object. A longer record
 * keeps its level, time and the beginning of its message and says in `cut_bytes` how long it was.
 */
export function safeRecord(line: string, redact: Redact): string {
  const body = line.endsWith("\n") ? line.slice(0, -1) : line;
  if (body.length > maxRecordBytes) return `${JSON.stringify(shortened(body, redact))}\n`;
  let clean = redact(body);
  // A replacement may reach over the quotes between two fields; the fields are then redacted one by one.
  if (clean !== body && !isJson(clean)) clean = JSON.stringify(redactFields(parse(body), redact));
  if (Buffer.byteLength(clean) > maxRecordBytes) clean = JSON.stringify(shortened(clean, redact));
  return `${clean}\n`;
}

function shortened(body: string, redact: Redact): Record<string, unknown> {
  const record = parse(body);
  const kept: Record<string, unknown> = {};
  for (const name of ["level", "time", "pid"]) if (name in record) kept[name] = record[name];
  const message = typeof record["msg"] === "string" ? record["msg"] : "";
  // Redacted before the cut with room to spare, so that no half of a secret is left at the end.
  kept["msg"] = redact(message.slice(0, keptTextLength * 4)).slice(0, keptTextLength);
  kept["cut_bytes"] = Buffer.byteLength(body);
  return kept;
}

function redactFields(value: Record<string, unknown>, redact: Redact): Record<string, unknown> {
  const deep = (inner: unknown): unknown => {
    if (typeof inner === "string") return redact(inner);
    if (Array.isArray(inner)) return inner.map(deep);
    if (typeof inner !== "object" || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, deep(one)]));
  };
  return deep(value) as Record<string, unknown>;
}

function isJson(text: string): boolean {
  return Object.keys(parse(text)).length > 0;
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
