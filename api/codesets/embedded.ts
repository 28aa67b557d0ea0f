import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../models/files.js";
import { readCodeSet } from "../../rules/codesets/table.js";
import type { ReleaseInfo, ReleaseTable } from "./release.js";
import { openTable, packTable, type Row } from "./release-table.js";

const folder = () => join(projectFolder(), "rules", "codesets");

/** The release that the program carries: the default where a site has installed none. */
export function embeddedInfo(): ReleaseInfo {
  const { release, effective, output } = JSON.parse(
    readFileSync(join(folder(), "icd-10-cm-fy2026.provenance.json"), "utf8"),
  ) as { release: string; effective: { from: string; to: string }; output: { unpackedSha256: string } };
  return { system: "icd-10-cm", release, ...effective, origin: "embedded", hash: output.unpackedSha256 };
}

export function openEmbedded(info: ReleaseInfo): ReleaseTable {
  const { codes, groups } = readCodeSet(join(folder(), "icd-10-cm-fy2026.ndjson.gz"));
  const rows: Row[] = codes.map(({ c, t, b, p, ...notes }) => ({
    code: c,
    title: t,
    billable: b === 1,
    parent: p,
    notes,
  }));
  return openTable(info, packTable(rows, groups));
}
