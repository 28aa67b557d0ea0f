import type { System } from "../../../pipeline/types.js";
import type { Warning } from "../../encounter.js";
import type { Engine } from "../../engine.js";
import { InputError, Refusal } from "../../errors.js";
import { embeddedDiagnoses } from "./embedded.js";
import { looksLike, numberIn, shapeOf } from "./number.js";
import { embeddedServices } from "./services.js";
import type { Category, CodeSource, Description, Edits, Hit } from "./types.js";

export { systemOf } from "./number.js";
export { type CodeSource, type Description, type Hit, NOTE_KINDS } from "./types.js";

export const INCLUDE = ["hcc", "edits"] as const;
export type Include = (typeof INCLUDE)[number];
export type Described = Description & {
  readonly system: System;
  readonly release: string;
  readonly edits?: Edits;
  readonly hcc?: readonly Category[];
  readonly warnings?: readonly Warning[];
};
export type Found = Hit & { readonly system: System; readonly release: string };

/** What the program is built with. Installed releases come in front of it. */
export const embeddedSources = ({ knowledge, models }: Pick<Engine, "knowledge" | "models">): CodeSource[] => [
  embeddedDiagnoses(knowledge, models),
  embeddedServices("cpt", knowledge),
  embeddedServices("hcpcs", knowledge),
];

/** Codes for people and programs to look at, in the release that is in force on a date. */
export class Browser {
  constructor(private readonly sources: readonly CodeSource[]) {}

  /**
   * @param date `YYYY-MM-DD`
   * @throws InputError for what is no code of the system, and for a date on which the code is not in force
   * @throws Refusal (404) for a code that no release has
   */
  describe(system: System, code: string, date: string, include: readonly Include[] = []): Described {
    if (!looksLike(system, code))
      throw new InputError("code.malformed", `This is no code of ${system}: expected ${shapeOf(system)}.`, "/code");
    const { source, warnings } = this.sourceOn(system, date, code);
    const found = source.describe(code);
    if (!found) throw this.missing(system, code, date, source);
    const { from, to } = found.effective;
    if (date < from || (to !== undefined && date > to && to !== source.effective.to))
      throw new InputError(
        "code.not-in-force",
        `${found.code} is not in force on ${date}: it is known here ${span(found.effective)}. Give a date within, or look for the code that took its place.`,
        "/date",
      );
    const hcc = include.includes("hcc") ? source.categories?.(found.code) : undefined;
    if (include.includes("hcc") && hcc === undefined)
      warnings.push({
        code: "hcc.not-installed",
        message: `No map of risk-adjustment categories is installed for ${system}.`,
      });
    const edits = include.includes("edits") ? source.edits?.(found.code) : undefined;
    return {
      system,
      ...found,
      release: source.release,
      ...(edits ? { edits } : {}),
      ...(hcc ? { hcc } : {}),
      ...(warnings.length > 0 ? { warnings } : {}),
    };
  }

  /**
   * Codes for what a person is typing, best first. Without a system all are asked, two diagnoses for each service.
   * @throws InputError where the date lies before every release
   */
  async search(
    query: string,
    limit: number,
    date: string,
    system?: System,
  ): Promise<{ codes: Found[]; warnings: Warning[] }> {
    const systems = system ? [system] : [...new Set(this.sources.map((s) => s.system))];
    const warnings: Warning[] = [];
    const lists = await Promise.all(
      systems.map(async (one) => {
        const on = this.sourceOn(one, date);
        warnings.push(...on.warnings);
        const found = await on.source.search(query, limit);
        return found.map((hit) => ({ system: one, ...hit, release: on.source.release }));
      }),
    );
    const codes: Found[] = [];
    const exact = numberIn(query);
    if (exact !== null) {
      const all = lists.flat();
      const own = all.filter((h) => h.code.replace(".", "") === exact);
      return { codes: [...own, ...all.filter((h) => !own.includes(h))].slice(0, limit), warnings };
    }
    const rest = lists.map((list) => [...list]);
    while (codes.length < limit && rest.some((list) => list.length > 0))
      rest.forEach((list, n) => {
        codes.push(...list.splice(0, systems[n] === "icd-10-cm" ? 2 : 1));
      });
    return { codes: codes.slice(0, limit), warnings };
  }

  /** The release of a system in force on a date; the newest, with a warning, for a later date. */
  sourceOn(system: System, date: string, code?: string): { source: CodeSource; warnings: Warning[] } {
    const all = this.sources
      .filter((s) => s.system === system)
      .sort((a, b) => (a.effective.from < b.effective.from ? 1 : a.effective.from > b.effective.from ? -1 : 0));
    if (all.length === 0) throw new Refusal(404, "codeset.not-installed", `No release of ${system} is installed here.`);
    const source = all.find((s) => s.effective.from <= date);
    if (!source) {
      const oldest = all[all.length - 1];
      throw new InputError(
        "date.before-releases",
        `${code === undefined ? "The date" : `Whether ${code.toUpperCase()} was in force is not known: the date`} ${date} lies before the oldest installed release of ${system} (${oldest.release}, in force ${span(oldest.effective)}). Install the release that was in force, or correct the date.`,
        "/date",
      );
    }
    const { to } = source.effective;
    const warnings: Warning[] =
      to !== undefined && date > to
        ? [
            {
              code: "date.after-releases",
              message: `The date ${date} lies past the newest installed release of ${system}; ${source.release} (to ${to}) was used. Codes may have changed since.`,
            },
          ]
        : [];
    return { source, warnings };
  }

  private missing(system: System, code: string, date: string, source: CodeSource): Error {
    const name = code.toUpperCase();
    for (const other of this.sources.filter((s) => s.system === system && s !== source))
      if (other.describe(code))
        return new InputError(
          "code.not-in-force",
          `${name} is not in force on ${date}: release ${other.release} has it, ${span(other.effective)}. Give a date within, or look for the code that took its place.`,
          "/date",
        );
    for (let short = name.slice(0, -1); system === "icd-10-cm" && short.length >= 3; short = short.slice(0, -1)) {
      const near = source.describe(short);
      if (!near) continue;
      const says = `${source.release} has no code ${name}; the nearest above is ${near.code}, ${near.title}`;
      return new Refusal(404, "code.unknown", `${says}.${near.billable ? "" : " Ask for it to see the codes below."}`);
    }
    return new Refusal(
      404,
      "code.unknown",
      `${source.release} has no code ${name} of ${system}. Search for words instead.`,
    );
  }
}

const span = ({ from, to }: { readonly from: string; readonly to?: string }) =>
  to === undefined ? `from ${from}` : `from ${from} to ${to}`;
