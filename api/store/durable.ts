import fs from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

type Stream = { readonly nfd?: number };
type FileSystem = { stream_ops: { fsync?: (stream: Stream) => number } };

/** Files of a folder that reach the disk when the database asks for it, which they would not do by themselves. */
class DurableFS extends NodeFS {
  override async init(pg: PGlite, options: Parameters<NodeFS["init"]>[1]): ReturnType<NodeFS["init"]> {
    const { emscriptenOpts } = await super.init(pg, options);
    const sync = (module: unknown) => {
      (module as { NODEFS: FileSystem }).NODEFS.stream_ops.fsync = ({ nfd }) => {
        if (nfd !== undefined) fs.fsyncSync(nfd);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [emscriptenOpts.preRun ?? [], sync].flat() as never } };
  }
}

/**
 * An embedded database whose commits are on the disk before they are told, so that they survive the machine's fall as well
 * as the process's. By itself it would leave that to the operating system (`-F`).
 */
export function openDurable(folder: string): PGlite {
  const params = PGlite.defaultStartParams.filter((param) => param !== "-F");
  // Its other way, `fdatasync`, is none in this build: it does nothing.
  return new PGlite({ fs: new DurableFS(folder), startParams: [...params, "-c", "wal_sync_method=fsync"] });
}
