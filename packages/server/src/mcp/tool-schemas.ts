import { z } from "zod";

/** A JSON Schema of an object, as tools are described with. */
export type ObjectSchema = { readonly type: "object" } & Readonly<Record<string, unknown>>;

const Part = z.looseObject({});
const Made = z.looseObject({
  properties: z.record(z.string(), Part).optional(),
  $defs: z.record(z.string(), Part).optional(),
});

/** Characters a result is described with; a host reads the descriptions of all tools before it calls one. */
const MOST_CHARS = 8192;

/** What a tool takes, from the schema its parameters are parsed with. */
export function inputSchema(schema: z.ZodObject): ObjectSchema {
  return plain(z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" }));
}

/**
 * What a tool answers with. Open for fields a later version adds, since a client checks results against this. A
 * result that is a list is put in an object: hosts of the older revision know only objects. Of a large one only the
 * outermost fields are described; the OpenAPI document has the rest.
 */
export function outputSchema(schema: z.ZodType): ObjectSchema {
  const object = isList(schema) ? z.object({ data: schema }) : withoutName(schema);
  const override = ({ jsonSchema }: { jsonSchema: { additionalProperties?: unknown } }) => {
    if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  };
  const whole = plain(z.toJSONSchema(object, { io: "output", target: "draft-2020-12", override }));
  return JSON.stringify(whole).length <= MOST_CHARS ? whole : outermost(whole);
}

/** Whether results of this schema are sent as `{ data: [...] }`. */
export function isList(schema: z.ZodType): boolean {
  return schema instanceof z.ZodArray;
}

/** A named shape would be written as a mere reference to itself; no host takes that for an object. */
function withoutName(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject ? z.object(schema.shape) : schema;
}

/** Without the names zod writes down for itself; what refers to a part still finds it. */
function plain(made: unknown): ObjectSchema {
  const { $schema: _dialect, $id: _address, id: _name, $defs, ...rest } = Made.parse(made);
  const parts = Object.entries($defs ?? {}).map(([name, { id: _, $id: __, ...part }]) => [name, part]);
  return { ...rest, type: "object", ...($defs === undefined ? {} : { $defs: Object.fromEntries(parts) }) };
}

function outermost(whole: ObjectSchema): ObjectSchema {
  const { properties = {}, required } = Made.parse(whole);
  const fields = Object.entries(properties).map(([name, { type, description }]) => [
    name,
    { ...(type === undefined ? {} : { type }), ...(description === undefined ? {} : { description }) },
  ]);
  return { type: "object", properties: Object.fromEntries(fields), required };
}
