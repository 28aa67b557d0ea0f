import { SaxesParser } from "saxes";
import { InputError } from "../../errors.js";
import { limits } from "../limits.js";
import type { Member } from "../unpack.js";
import { cutShort, malformed } from "./reader.js";

export type XmlHandler = {
  open(tag: string, attributes: Readonly<Record<string, string>>): void;
  close(tag: string): void;
  text(text: string): void;
};

const CHUNK = 1 << 16;

/**
 * Reads XML as a stream. Document types are refused, so that no entity can be declared, let alone grow.
 * @throws InputError naming the line
 */
export function readXml({ name, bytes }: Member, handler: XmlHandler): void {
  const parser = new SaxesParser({ xmlns: false });
  const at = () => `${name}, line ${parser.line}`;
  let depth = 0;
  let length = 0;
  parser.on("error", (error) => {
    throw /unclosed|unexpected end|document must contain/.test(error.message)
      ? cutShort(at(), "Expected every element to be closed.")
      : malformed(at(), "Expected well-formed XML.");
  });
  parser.on("doctype", () => {
    throw new InputError(
      "codeset.entities",
      "The file declares a document type, through which entities can be made to grow. Official files have none; download it again.",
      at(),
    );
  });
  parser.on("opentag", ({ name: tag, attributes }) => {
    if (++depth > limits.depth) throw malformed(at(), `Expected elements to be nested at most ${limits.depth} deep.`);
    length = 0;
    handler.open(tag, attributes as Record<string, string>);
  });
  parser.on("closetag", ({ name: tag }) => {
    depth--;
    handler.close(tag);
  });
  const text = (found: string) => {
    length += found.length;
    if (length > limits.text) throw malformed(at(), `Expected texts of at most ${limits.text} characters.`);
    handler.text(found);
  };
  parser.on("text", text);
  parser.on("cdata", text);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (chunk: Buffer | undefined, stream: boolean) => {
    try {
      return decoder.decode(chunk, { stream });
    } catch {
      throw malformed(at(), "Expected UTF-8.");
    }
  };
  for (let i = 0; i < bytes.length; i += CHUNK) parser.write(decode(bytes.subarray(i, i + CHUNK), true));
  parser.write(decode(undefined, false));
  parser.close();
}

export const squeeze = (text: string) => text.replace(/\s+/g, " ").trim();
