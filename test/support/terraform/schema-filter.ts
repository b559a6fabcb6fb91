// Reduces the provider's schema to some types: the schemas of all 1,500 types cost Terraform and the provider a CPU second
// in every run. The message is GetProviderSchema.Response of Terraform's tfplugin5.proto.

/** The fields that map names to schemas: resources, data sources, ephemeral resources. */
const SCHEMA_MAPS = [2, 3, 8];
const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** Returns the message without the schemas whose name `isUsed` refuses. */
export function filterSchemas(message: Buffer, isUsed: (name: string) => boolean): Buffer {
  const kept: Buffer[] = [];
  for (let start = 0; start < message.length; ) {
    const { field, contents, end } = readField(message, start);
    // The first field of an entry is its key.
    const isKept = !SCHEMA_MAPS.includes(field) || isUsed(readField(contents, 0).contents.toString());
    if (isKept) kept.push(message.subarray(start, end));
    start = end;
  }
  return Buffer.concat(kept);
}

function readField(message: Buffer, start: number): { field: number; contents: Buffer; end: number } {
  const tag = readVarint(message, start);
  const field = tag.value >> 3;
  const wireType = tag.value & 7;
  const { value, end } = readVarint(message, tag.end);
  if (wireType === VARINT) return { field, contents: Buffer.alloc(0), end };
  if (wireType !== LENGTH_DELIMITED) throw new Error(`field ${field} has the wire type ${wireType}`);
  return { field, contents: message.subarray(end, end + value), end: end + value };
}

function readVarint(message: Buffer, start: number): { value: number; end: number } {
  let value = 0;
  for (let position = start; position < message.length; position += 1) {
    const byte = message[position] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (position - start));
    if (byte < 0x80) return { value, end: position + 1 };
  }
  throw new Error('the message ends within a number');
}
