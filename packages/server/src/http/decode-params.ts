import { z } from "zod";

/** Query parameters that also take seed 1's comma-separated form: their values never hold a comma. */
const CSV = new Set(["status", "scheduler_state", "kind", "type", "project_id"]);

/**
 * Turns the strings of a query or path into what each field's schema means: exact spellings only. A value that does
 * not fit is left as it is, so that the schema refuses it by name; an unknown name is left too.
 */
export function decodeParams(
  schema: z.ZodObject,
  strings: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const decoded: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(strings)) {
    const field: unknown = Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined;
    decoded[name] = field === undefined ? value : decodeField(name, unwrap(field), value);
  }
  return decoded;
}

function decodeField(name: string, field: unknown, value: unknown): unknown {
  if (!(field instanceof z.ZodArray)) return Array.isArray(value) ? value : decodeScalar(field, value);
  const values = Array.isArray(value)
    ? value
    : CSV.has(name) && typeof value === "string"
      ? value.split(",")
      : [value];
  const element = unwrap(field.element);
  return values.map((one: unknown) => decodeScalar(element, one));
}

function decodeScalar(field: unknown, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (field instanceof z.ZodNumber)
    return /^-?(0|[1-9]\d{0,15})(\.\d{1,15})?$/.test(value) ? Number(value) : value;
  if (field instanceof z.ZodBoolean) return value === "true" ? true : value === "false" ? false : value;
  return value;
}

function unwrap(field: unknown): unknown {
  return field instanceof z.ZodOptional || field instanceof z.ZodNullable ? unwrap(field.unwrap()) : field;
}
