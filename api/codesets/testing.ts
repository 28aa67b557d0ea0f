import { deflateRawSync } from "node:zlib";
import { crc32 } from "hash-wasm";

export type ZipEntry = {
  readonly name: string;
  readonly data: Buffer | string;
  /** What the archive says in place of the truth. */
  readonly says?: {
    readonly size?: number;
    readonly crc?: number;
    readonly flags?: number;
    readonly mode?: number;
    readonly method?: number;
  };
};

/** An archive made by hand, so that tests can make it lie. */
export async function zipOf(entries: readonly ZipEntry[]): Promise<Buffer> {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, data, says = {} } of entries) {
    const raw = Buffer.from(data);
    const packed = deflateRawSync(raw);
    const path = Buffer.from(name, "utf8");
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE((says.flags ?? 0) | 0x800, 2);
    common.writeUInt16LE(says.method ?? 8, 4);
    common.writeUInt32LE(says.crc ?? Number.parseInt(await crc32(raw), 16), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(says.size ?? raw.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), common, path, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((says.mode ?? 0o100644) << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, 3]), common, rest, path]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** A workbook of one sheet of texts. @param prolog put before the sheet's root */
export function workbookOf(rows: readonly (readonly string[])[], prolog = ""): Promise<Buffer> {
  const letter = (c: number) => String.fromCharCode(65 + c);
  const escaped = (t: string) => t.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  const cells = rows.map(
    (row, r) =>
      `<row r="${r + 1}">${row.map((t, c) => `<c r="${letter(c)}${r + 1}" t="inlineStr"><is><t>${escaped(t)}</t></is></c>`).join("")}</row>`,
  );
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const pack = "http://schemas.openxmlformats.org/package/2006";
  return zipOf([
    {
      name: "[Content_Types].xml",
      data: `<Types xmlns="${pack}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    },
    {
      name: "_rels/.rels",
      data: `<Relationships xmlns="${pack}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    },
    {
      name: "xl/workbook.xml",
      data: `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    {
      name: "xl/_rels/workbook.xml.rels",
      data: `<Relationships xmlns="${pack}/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    },
    {
      name: "xl/worksheets/sheet1.xml",
      data: `${prolog}<worksheet xmlns="${main}"><sheetData>${cells.join("")}</sheetData></worksheet>`,
    },
  ]);
}
