import { fileWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import type { Result } from "../result.js";

/** Notes in a row group: what is held in memory at once. */
const GROUP = 1000;

/** A Parquet file with a row a note: `id`, `codes` (JSON, the proposals) and `result` (JSON, all that NDJSON has). */
export function parquetFile(path: string): { add(result: Result, line: string): void; close(): Promise<void> } {
  let rows: { id: string; codes: string; result: string }[] = [];
  const columns = () => [
    { name: "id", data: rows.map((r) => r.id), type: "STRING" as const, nullable: false },
    { name: "codes", data: rows.map((r) => JSON.parse(r.codes) as object), type: "JSON" as const, nullable: false },
    { name: "result", data: rows.map((r) => JSON.parse(r.result) as object), type: "JSON" as const, nullable: false },
  ];
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: schemaFromColumnData({ columnData: columns() }),
  });
  const flush = () => {
    if (rows.length > 0) writer.write({ columnData: columns(), rowGroupSize: GROUP });
    rows = [];
  };
  return {
    add({ id, suggestions }, line) {
      rows.push({ id, codes: JSON.stringify(suggestions), result: line });
      if (rows.length >= GROUP) flush();
    },
    async close() {
      flush();
      await writer.finish();
    },
  };
}
