import type * as z from 'zod';

type Definition = z.core.$ZodTypeDef & {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
};

/**
 * A body as System.Text.Json's web defaults read it into the members of a schema: their names in any case, and numbers from
 * text. Keys of dictionaries and values without a declared type stay as they are. Of names that differ only by case the
 * last one counts.
 */
export function bindBody(schema: z.core.$ZodType, value: unknown): unknown {
  const definition = schema._zod.def as Definition;
  switch (definition.type) {
    case 'optional':
    case 'nullable':
    case 'nonoptional':
      return definition.innerType === undefined || value === null ? value : bindBody(definition.innerType, value);
    case 'object':
      return isFields(value) ? bindObject(definition.shape ?? {}, value) : value;
    case 'array':
      return Array.isArray(value) && definition.element !== undefined
        ? value.map((item) => bindBody(definition.element as z.core.$ZodType, item))
        : value;
    case 'record':
      return isFields(value) ? bindValues(definition.valueType, value) : value;
    case 'number':
      return typeof value === 'string' && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(value)
        ? Number(value)
        : value;
    default:
      return value;
  }
}

function bindObject(
  shape: Readonly<Record<string, z.core.$ZodType>>,
  value: Readonly<Record<string, unknown>>,
): unknown {
  const names = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const name = names.get(key.toLowerCase());
      const member = name === undefined ? undefined : shape[name];
      return member === undefined ? [key, inner] : [name, bindBody(member, inner)];
    }),
  );
}

function bindValues(type: z.core.$ZodType | undefined, value: Readonly<Record<string, unknown>>): unknown {
  if (type === undefined || type._zod.def.type === 'unknown') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bindBody(type, inner)]));
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
