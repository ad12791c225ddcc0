import { z } from "zod";

/** The parts of a JSON Schema that tell which values are wrong. */
export interface Published {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Published[];
  readonly items?: Published;
  readonly properties?: Readonly<Record<string, Published>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
}

const Schema = z.custom<Published>((value) => typeof value === "object" && value !== null);
const Content = z.record(z.string(), z.object({ schema: Schema }));

/** The OpenAPI document as a client reads it. */
export const Document = z.object({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        operationId: z.string(),
        summary: z.string(),
        security: z.array(z.unknown()).optional(),
        parameters: z.array(
          z.object({ name: z.string(), in: z.string(), required: z.boolean(), schema: Schema }),
        ),
        requestBody: z.object({ required: z.boolean(), content: Content }).optional(),
        responses: z.record(z.string(), z.object({ description: z.string(), content: Content.optional() })),
      }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), Schema), securitySchemes: z.unknown() }),
});
export type Document = z.infer<typeof Document>;
export type Entry = Document["paths"][string][string];

/** The schema behind a reference. */
export function resolve(document: Document, schema: Published): Published {
  if (schema.$ref === undefined) return schema;
  const found = document.components.schemas[schema.$ref.replace("#/components/schemas/", "")];
  if (!found) throw new Error(`${schema.$ref} leads nowhere`);
  return resolve(document, found);
}

/** JSON values the published schema does not allow; `text` when only what a query can say counts. */
export function wrongValues(document: Document, given: Published, text: boolean): unknown[] {
  const schema = resolve(document, given);
  if (schema.anyOf) {
    const members = schema.anyOf.map((one) => resolve(document, one));
    const [only, ...more] = members.filter(({ type }) => type !== "null");
    // A value or null: whatever is wrong for the value, but null.
    if (only && more.length === 0) return wrongValues(document, only, text).filter((value) => value !== null);
    return [12.5, { no: "such" }];
  }
  if (schema.enum) return ["no-such-word", ...(text ? [""] : [7, null])];
  const kinds = [schema.type ?? []].flat();
  if (kinds.includes("array")) return wrongArrays(document, schema, text);
  if (kinds.includes("object")) return ["text", 7, null, [], { no_such_field: 1 }];
  if (kinds.includes("boolean"))
    return ["yes", "TRUE", ...(text ? ["", "1", "0"] : ["true", 1, 0, null, []])];
  if (kinds.includes("integer") || kinds.includes("number")) return wrongNumbers(schema, kinds, text);
  return wrongStrings(schema, text);
}

function wrongArrays(document: Document, { items, maxItems, minItems }: Published, text: boolean): unknown[] {
  const inner = items ? wrongValues(document, items, text).map((value) => [value]) : [];
  const many = maxItems === undefined ? [] : [Array.from({ length: maxItems + 1 }, () => "x")];
  const none = (minItems ?? 0) > 0 && !text ? [[]] : [];
  return [...inner, ...many, ...none, ...(text ? [] : ["text", 7, null, { 0: "x" }])];
}

function wrongNumbers(schema: Published, kinds: readonly string[], text: boolean): unknown[] {
  const low =
    schema.minimum ?? (schema.exclusiveMinimum === undefined ? undefined : schema.exclusiveMinimum + 1);
  const numbers = [
    ...(low === undefined ? [] : [low - 1]),
    ...(schema.maximum === undefined ? [] : [schema.maximum + 1]),
    ...(kinds.includes("integer") ? [1.5] : []),
  ];
  const words = ["abc", "", " 1", "1e3", "0x10", "1,2", "NaN", "Infinity", "+1", "١"];
  return text ? [...numbers.map(String), ...words] : [...numbers, "1", true, null, [], {}];
}

function wrongStrings({ minLength, maxLength, pattern }: Published, text: boolean): unknown[] {
  const strings = [
    ...((minLength ?? 0) > 0 ? [""] : []),
    ...(maxLength === undefined ? [] : ["x".repeat(maxLength + 1)]),
    ...(pattern === undefined
      ? []
      : ["-", "a b", "../x", "task_01"].filter((one) => !new RegExp(pattern).test(one))),
  ];
  return text ? strings : [...strings, 7, true, null, [], {}, ["x"]];
}
