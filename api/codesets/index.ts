import type { System } from "../../pipeline/types.js";
import { embeddedInfo, openEmbedded } from "./embedded.js";
import { dataFolder } from "./folder.js";
import { chooseRelease, type ReleaseInfo, type Releases, type ReleaseTable } from "./release.js";
import { openTable, type Packed } from "./release-table.js";
import { type Installed, readCatalogue, readPart } from "./store.js";

const oldestFirst = (a: ReleaseInfo, b: ReleaseInfo) => a.from.localeCompare(b.from);

/**
 * The releases of this machine: the embedded one, and those that a site has installed, which come before it. The catalogue is
 * read now, a table when it is opened.
 */
export function releases(folder: string = dataFolder()): Releases {
  const parts = readCatalogue(folder);
  const embedded = embeddedInfo();
  const infoOf = (p: Installed): ReleaseInfo => ({
    system: p.system,
    release: p.release,
    from: p.from,
    to: p.to,
    origin: "installed",
    hash: p.sha256,
  });
  const all = new Map<string, { info: ReleaseInfo; part?: Installed }>();
  const key = (r: { system: string; release: string }) => `${r.system} ${r.release}`;
  all.set(key(embedded), { info: embedded });
  // A Tabular List alone has codes too; the order file says them better.
  for (const kind of ["tabular", "codes"])
    for (const part of parts)
      if (part.kind === kind && !(kind === "tabular" && key(part) === key(embedded)))
        all.set(key(part), { info: infoOf(part), part });
  const list = (system?: System) =>
    [...all.values()]
      .map((r) => r.info)
      .filter((r) => system === undefined || r.system === system)
      .sort(oldestFirst);
  const opened = new Map<string, ReleaseTable>();
  const open = (release: ReleaseInfo): ReleaseTable => {
    const at = key(release);
    const before = opened.get(at);
    if (before) return before;
    const part = all.get(at)?.part;
    const table = part
      ? openTable(release, readPart(folder, part) as Packed, part.kind === "codes" ? notesFor(release) : undefined)
      : openEmbedded(release);
    opened.set(at, table);
    return table;
  };
  /** The Tabular List of the release itself, or the nearest that there is. */
  const notesFor = (release: ReleaseInfo): ReleaseTable | undefined => {
    if (release.system !== "icd-10-cm") return undefined;
    const own = parts.find((p) => p.kind === "tabular" && p.release === release.release);
    const tabular = [...parts.filter((p) => p.kind === "tabular"), undefined];
    const distance = (p: Installed | undefined) =>
      Math.abs(Date.parse((p ?? embedded).from) - Date.parse(release.from));
    const nearest = own ?? tabular.sort((a, b) => distance(a) - distance(b))[0];
    if (!nearest) return opened.get(key(embedded)) ?? openEmbedded(embedded);
    return openTable(infoOf(nearest), readPart(folder, nearest) as Packed);
  };
  return { list, choose: (system, day) => chooseRelease(list(system), day), open };
}
