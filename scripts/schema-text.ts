import { z } from "zod";

/** The part of JSON Schema that zod writes for our rows. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

/** One field of an object, in words. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** A named schema: an object with fields, or one of several shapes. */
export interface NamedSchema {
  readonly name: string;
  readonly description: string;
  readonly fields: readonly Field[];
  /** For anything but an object: the whole schema in one line, a choice one shape a line. */
  readonly shapes: readonly string[];
}

/** Every named schema the given ones refer to, by name. */
export function namedSchemas(schemas: readonly z.ZodType[]): NamedSchema[] {
  const all = z.object(Object.fromEntries(schemas.map((schema, index) => [`s${index}`, schema])));
  const json = jsonSchema(all, "output") as Schema & { $defs?: Record<string, Schema> };
  return Object.entries(json.$defs ?? {})
    .filter(([name]) => !name.startsWith("__"))
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, schema]) => ({
      name,
      description: schema.description ?? "",
      fields: fieldList(schema),
      shapes: schema.properties ? [] : (schema.anyOf ?? schema.oneOf ?? [schema]).map(typeText),
    }));
}

function fieldList(schema: Schema): Field[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    type: typeText(field),
    required: schema.required?.includes(name) ?? false,
    description: field.description ?? "",
  }));
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): Schema {
  return z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Schema;
}

/** The fields of an object schema; none for anything else. */
export function fieldsOf(schema: z.ZodType, io: "input" | "output"): Field[] {
  return fieldList(resolved(jsonSchema(schema, io)));
}

/** A schema in one line, named schemas by their names. */
export function schemaText(schema: z.ZodType, io: "input" | "output"): string {
  return typeText(jsonSchema(schema, io));
}

/** zod puts a named schema at the top as a reference into its own definitions. */
function resolved(schema: Schema & { readonly $defs?: Readonly<Record<string, Schema>> }): Schema {
  const name = schema.$ref?.replace("#/$defs/", "");
  return (name && schema.$defs?.[name]) || schema;
}

function typeText(schema: Schema): string {
  if (schema.$ref) return schema.$ref.replace("#/$defs/", "");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" \\| ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(typeText).join(" \\| ");
  if (schema.type === "array")
    return `${parenthesised(typeText(schema.items ?? {}))}[]${bounds(schema.maxItems)}`;
  if (schema.properties) return objectText(schema);
  if (schema.type === "object") {
    return typeof schema.additionalProperties === "object"
      ? `map of ${typeText(schema.additionalProperties)}`
      : "object";
  }
  const type = Array.isArray(schema.type) ? schema.type.join(" \\| ") : String(schema.type ?? "any");
  return `${type}${range(schema)}`;
}

function objectText(schema: Schema): string {
  const fields = Object.entries(schema.properties ?? {}).map(
    ([name, field]) => `${name}${schema.required?.includes(name) ? "" : "?"}: ${typeText(field)}`,
  );
  return `{${fields.join(", ")}}`;
}

function parenthesised(text: string): string {
  return text.includes(" \\| ") && !text.startsWith("{") ? `(${text})` : text;
}

function bounds(most: number | undefined): string {
  return most === undefined ? "" : ` up to ${most}`;
}

function range({ minimum, maximum, maxLength }: Schema): string {
  const small = (value: number | undefined) =>
    value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  if (small(minimum) && small(maximum)) return ` ${minimum}…${maximum}`;
  if (small(minimum)) return ` ≥ ${minimum}`;
  return maxLength === undefined ? "" : ` up to ${maxLength} characters`;
}
