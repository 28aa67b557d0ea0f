import type { Models } from "../../pipeline/models.js";
import { type Base, readCurrent, type SiteVersion, sameBase } from "./file.js";
import { correct } from "./fit.js";

/** The models with a site's correction behind their ranker, whose version names both. */
export function withCorrection(models: Models, { id, correction }: SiteVersion): Models {
  const { reports } = models;
  if (!reports) return models;
  return {
    ...models,
    versions: { ...models.versions, ranker: `${models.versions.ranker}+${id}` },
    async reports(candidates) {
      const estimates = await reports(candidates);
      return candidates.map(({ parts }, i) => correct(correction, { parts, estimate: estimates[i] }));
    },
  };
}

/**
 * The models with the version that a folder has in use; one that corrects another ranker is left out, with a warning.
 * @throws InputError when the version in use cannot be read
 */
export function withSite(models: Models, folder: string, base: Base, warn: (message: string) => void): Models {
  const version = readCurrent(folder);
  if (!version) return models;
  if (sameBase(version.base, base)) return withCorrection(models, version);
  warn(
    `${version.id} in ${folder} was learnt for another ranker (${version.base.id}) than this one (${base.id}); it is ignored. Run "citecode learn" again on your decisions, or "citecode learn --use none".`,
  );
  return models;
}
