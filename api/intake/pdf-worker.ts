import { parentPort } from "node:worker_threads";
import { LARGEST_PIECE, MOST_PAGES } from "./limits.js";
import type { PageItems } from "./pdf-layout.js";

/** What the reader of a PDF answers: the words of its pages, or why there are none. */
export type Answer =
  | { readonly pages: readonly PageItems[]; readonly partly: boolean }
  | { readonly problem: "encrypted" | "damaged" | "pages" };

const port = parentPort;
if (port) {
  port.once("message", async (bytes: Uint8Array<ArrayBuffer>) => {
    port.postMessage(await pagesOf(bytes));
  });
  boundPieces();
}

/** Streams in a PDF may unpack to any size, in any number of layers: the one place where all of them grow is bounded. */
function boundPieces(): void {
  const native = Uint8Array;
  const bounded: typeof Uint8Array = new Proxy(native, {
    construct(target, given, made) {
      if (typeof given[0] === "number" && given[0] > LARGEST_PIECE) throw new RangeError("piece");
      return Reflect.construct(target, given, made === bounded ? target : made);
    },
  });
  // The decoder of the platform unpacks past this bound; without it the reader uses its own.
  Object.assign(globalThis, { Uint8Array: bounded, DecompressionStream: undefined, fetch: undefined });
}

async function pagesOf(bytes: Uint8Array<ArrayBuffer>): Promise<Answer> {
  const { getDocumentProxy } = await import("unpdf");
  // First as the file says; what is damaged is read again as far as it can be.
  for (const strict of [true, false]) {
    try {
      const document = await getDocumentProxy(bytes.slice(), {
        verbosity: 0,
        stopAtErrors: strict,
        useSystemFonts: false,
        disableFontFace: true,
        enableXfa: false,
      });
      if (document.numPages > MOST_PAGES) return { problem: "pages" };
      if (document.numPages === 0) return { problem: "damaged" };
      const pages: PageItems[] = [];
      for (let number = 1; number <= document.numPages; number++) {
        const page = await document.getPage(number);
        const { items } = await page.getTextContent();
        const [left, , right] = page.view;
        pages.push({
          width: right - left,
          items: items.flatMap((i) =>
            "str" in i && i.str !== ""
              ? [{ words: i.str, x: i.transform[4], y: i.transform[5], width: i.width, height: heightOf(i) }]
              : [],
          ),
        });
        page.cleanup();
      }
      return { pages, partly: !strict };
    } catch (error) {
      if ((error as Error).name === "PasswordException") return { problem: "encrypted" };
    }
  }
  return { problem: "damaged" };
}

/** White space has no height of its own. */
const heightOf = ({ height, transform }: { height: number; transform: readonly number[] }) =>
  height || Math.hypot(transform[2], transform[3]) || 1;
