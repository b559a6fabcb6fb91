// Checks messages and items against the published schemas, for the tests of the functions. Stricter than a consumer may be:
// a member that the schema does not describe is a problem.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { Ajv, type ValidateFunction } from 'ajv';
import { fromAttributeMap } from '../../handlers/shared/adapters/attribute-values.ts';
import { ExactNumber } from '../../handlers/shared/json.ts';
import announcementSchema from '../../schema/announcement.v1.schema.json' with { type: 'json' };
import itemSchema from '../../schema/session-item.v1.schema.json' with { type: 'json' };

/** Members that the schema allows to be absent, for items of earlier releases. */
const OF_NEW_EVENTS = ['schema_version', 'test'];

const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
for (const annotation of ['unit', 'dataType']) ajv.addKeyword(annotation);
ajv.addSchema([closed(announcementSchema) as object, closed(itemSchema) as object]);

/** @throws Error naming every problem of the message or its attributes */
export function checkAnnouncement(
  message: unknown,
  attributes: Readonly<Record<string, MessageAttributeValue>>,
): void {
  const { message_attributes } = announcementSchema.definitions;
  const dataTypes: Readonly<Record<string, { readonly dataType: string }>> = message_attributes.properties;
  check(announcementSchema.$id, message);
  const texts = Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue]);
  check(`${announcementSchema.$id}#/definitions/message_attributes`, Object.fromEntries(texts));
  for (const [name, { DataType }] of Object.entries(attributes))
    if (DataType !== dataTypes[name]?.dataType)
      throw new Error(`${announcementSchema.$id}: attribute ${name} is a ${DataType}`);
}

/** `isNew`: the functions put it now. @throws Error naming every problem of the item */
export function checkItem(item: Readonly<Record<string, AttributeValue>>, isNew: boolean): void {
  const kind =
    item.event_type !== undefined
      ? 'stored_event'
      : item.session_id?.S?.startsWith('case#')
        ? 'case_reference'
        : 'internal_entry';
  check(`${itemSchema.$id}#/definitions/${kind}`, withPlainNumbers(fromAttributeMap(item)));
  const absent = OF_NEW_EVENTS.filter((name) => item[name] === undefined);
  if (isNew && kind === 'stored_event' && absent.length > 0)
    throw new Error(`${itemSchema.$id}: without ${absent.join(', ')}`);
}

function check(id: string, value: unknown): void {
  const validate = ajv.getSchema(id) as ValidateFunction;
  if (!validate(value)) throw new Error(`${id}: ${ajv.errorsText(validate.errors)}`);
}

/** Refuses unknown members of every object. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const own = 'type' in node && node.type === 'object' && 'properties' in node;
  const members = Object.entries(node).map(([key, value]) => [key, closed(value)]);
  return { ...(own ? { additionalProperties: false } : {}), ...Object.fromEntries(members) };
}

function withPlainNumbers(value: unknown): unknown {
  if (value instanceof ExactNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(withPlainNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withPlainNumbers(member)]));
}
