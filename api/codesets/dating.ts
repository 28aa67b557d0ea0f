import { InputError } from "../errors.js";
import type { Part } from "./part.js";

export type Dates = { readonly release: string; readonly from: string; readonly to: string };
/** What the user says where a file does not. */
export type Said = { readonly release?: string; readonly from?: string };

const nextDay = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** Fiscal year N runs from October 1 of N-1; an update of April replaces the rest of it. */
export function fiscal(year: number, april = false): Dates {
  return {
    release: april ? `FY${year}-April` : `FY${year}`,
    from: april ? `${year}-04-01` : `${year - 1}-10-01`,
    to: `${year}-09-30`,
  };
}

/** Services come by the quarter, and hold to its end. */
export function quarter(day: string): Dates {
  const [year, month] = day.split("-").map(Number);
  const first = Math.floor((month - 1) / 3) * 3 + 1;
  const from = `${year}-${`${first}`.padStart(2, "0")}-01`;
  const next = first === 10 ? `${year + 1}-01-01` : `${year}-${`${first + 3}`.padStart(2, "0")}-01`;
  return { release: from, from, to: nextDay(next, -1) };
}

/**
 * The release of a part: as the content says it, then as its addenda say it, then the user, then the name of the file.
 * @throws InputError where these disagree, or nothing says it
 */
export function datesOf(part: Part, name: string, said: Said, addendaYear: number | undefined): Dates {
  const byService = part.system === "cpt" || part.system === "hcpcs";
  const named = /(?:^|[^0-9])(20\d\d)(?!\d)/.exec(name)?.[1] ?? /\bFY ?(\d\d)\b/i.exec(name)?.[1]?.replace(/^/, "20");
  const inside = part.year ?? addendaYear;
  if (byService) {
    const from = said.from ?? part.from ?? dayIn(name);
    if (!from) throw undated(name, "--from YYYY-MM-DD");
    if (part.kind === "codes" && part.from && named && Math.abs(Number(part.from.slice(0, 4)) - Number(named)) > 1)
      throw mislabelled(name, `The name says ${named}, the newest line ${part.from}.`);
    if (part.system === "cpt") return { release: from, from, to: `${from.slice(0, 4)}-12-31` };
    return quarter(from);
  }
  const wanted = said.release ? /^(?:FY)?(20\d\d)(?:-(April))?$/i.exec(said.release) : undefined;
  if (said.release && !wanted)
    throw new InputError("codeset.release", 'Expected --release as "FY2026" or "FY2026-April".', name);
  if (inside && named && Number(named) !== inside)
    throw mislabelled(name, `The name says ${named}, the content ${inside}.`);
  if (inside && wanted && Number(wanted[1]) !== inside)
    throw mislabelled(name, `You say ${said.release}, the content ${inside}.`);
  const year = inside ?? (wanted ? Number(wanted[1]) : named ? Number(named) : undefined);
  if (!year) throw undated(name, "--release FY2026");
  return fiscal(year, wanted ? Boolean(wanted[2]) : /april/i.test(name));
}

function dayIn(name: string): string | undefined {
  const us = /(\d{2})[-_](\d{2})[-_](20\d\d)/.exec(name);
  return us ? `${us[3]}-${us[1]}-${us[2]}` : /(20\d\d-\d\d-\d\d)/.exec(name)?.[1];
}
const mislabelled = (at: string, what: string) =>
  new InputError("codeset.mislabelled", `${what} Give the file of one release under its own name.`, at);
const undated = (at: string, option: string) =>
  new InputError("codeset.undated", `Neither the content nor the name says which release it is. Give ${option}.`, at);
