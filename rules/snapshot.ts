import { readFileSync, writeFileSync } from "node:fs";

type Arrays = Record<string, Int32Array | Float32Array | Uint8Array>;
const types = { Int32Array, Float32Array, Uint8Array } as const;
type Layout = { name: string; type: keyof typeof types; offset: number; length: number };

/**
 * One file: a header of eight bytes (length of the layout, length of the JSON), the layout, the JSON, the titles, and the
 * arrays at multiples of eight, so that loading is one read and a view for each array.
 */
export function writeSnapshot(path: string, arrays: Arrays, json: unknown, titles: readonly string[]): number {
  const titleStart = new Int32Array(titles.length + 1);
  const titleParts = titles.map((t) => Buffer.from(t, "utf8"));
  titleParts.forEach((part, i) => {
    titleStart[i + 1] = titleStart[i] + part.length;
  });
  const all: Arrays = { ...arrays, titleStart, titleBytes: Uint8Array.from(Buffer.concat(titleParts)) };
  const body = Buffer.from(JSON.stringify(json), "utf8");
  const layout: Layout[] = [];
  let offset = 0;
  for (const [name, array] of Object.entries(all)) {
    // A Buffer is a Uint8Array of another name.
    const type = array instanceof Uint8Array ? "Uint8Array" : (array.constructor.name as keyof typeof types);
    layout.push({ name, type, offset, length: array.length });
    offset += Math.ceil(array.byteLength / 8) * 8;
  }
  const head = Buffer.from(JSON.stringify(layout), "utf8");
  const base = Math.ceil((8 + head.length + body.length) / 8) * 8;
  const file = Buffer.alloc(base + offset);
  file.writeUInt32LE(head.length, 0);
  file.writeUInt32LE(body.length, 4);
  head.copy(file, 8);
  body.copy(file, 8 + head.length);
  for (const { name, offset: at } of layout) {
    const array = all[name];
    Buffer.from(array.buffer, array.byteOffset, array.byteLength).copy(file, base + at);
  }
  writeFileSync(path, file);
  return file.length;
}

export function readSnapshot(path: string): { arrays: Arrays; json: unknown } {
  const file = readFileSync(path);
  const aligned = file.byteOffset % 8 === 0 ? file : Buffer.from(Uint8Array.from(file).buffer);
  const headLength = aligned.readUInt32LE(0);
  const bodyLength = aligned.readUInt32LE(4);
  const layout = JSON.parse(aligned.toString("utf8", 8, 8 + headLength)) as Layout[];
  const json = JSON.parse(aligned.toString("utf8", 8 + headLength, 8 + headLength + bodyLength));
  const base = Math.ceil((8 + headLength + bodyLength) / 8) * 8;
  const arrays: Arrays = {};
  for (const { name, type, offset, length } of layout)
    arrays[name] = new types[type](aligned.buffer, aligned.byteOffset + base + offset, length);
  return { arrays, json };
}
