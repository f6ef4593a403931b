/** A field of a message: its number, and its text, bytes or message in bytes. */
type Field = readonly [number, string | Uint8Array];

const LENGTH_DELIMITED = 2;

/** Encodes a message whose fields are texts, bytes and messages: all that is sent to a worker. */
export function encodeMessage(fields: readonly Field[]): Uint8Array {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      const bytes = Buffer.from(value);
      return [encodeVarint(number * 8 + LENGTH_DELIMITED), encodeVarint(bytes.length), bytes];
    }),
  );
}

/**
 * The fields of a message in bytes, by number; every one is repeated here. Numbers are passed over: nothing that is
 * read from a worker is one. @throws {RangeError} for bytes that are no message.
 */
export function decodeMessage(bytes: Uint8Array): Map<number, Buffer[]> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = new Map<number, Buffer[]>();
  let at = 0;
  const readVarint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = buffer.readUInt8(at);
      at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < buffer.length) {
    const tag = readVarint();
    switch (tag % 8) {
      case 0:
        readVarint();
        break;
      case 1:
        at += 8;
        break;
      case LENGTH_DELIMITED: {
        const end = readVarint() + at;
        const number = Math.floor(tag / 8);
        fields.set(number, [...(fields.get(number) ?? []), buffer.subarray(at, end)]);
        at = end;
        break;
      }
      default:
        throw new RangeError(`A message has no field of type ${tag % 8}`);
    }
  }
  return fields;
}

function encodeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) return Uint8Array.from(bytes);
  }
}
