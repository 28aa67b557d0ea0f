import type { System } from "../../pipeline/types.js";
import { embeddedInfo, openEmbedded } from "./embedded.js";
import { chooseRelease, type ReleaseInfo, type Releases, type ReleaseTable } from "./release.js";

/** The releases of this machine: the embedded one, and those that a site has installed. */
export function releases(): Releases {
  const all: ReleaseInfo[] = [embeddedInfo()];
  const opened = new Map<string, ReleaseTable>();
  const list = (system?: System) => all.filter((r) => system === undefined || r.system === system);
  return {
    list,
    choose: (system, day) => chooseRelease(list(system), day),
    open: (release) => {
      const key = `${release.system} ${release.release}`;
      let table = opened.get(key);
      if (!table) {
        table = openEmbedded(release);
        opened.set(key, table);
      }
      return table;
    },
  };
}
