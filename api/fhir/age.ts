const pattern = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;

/**
 * Age in years on a day, a fraction below two years. A birth date may be a year, a month or a day; what it leaves open may
 * leave the age open.
 * @returns undefined when the birth date gives two ages, null when it is no date or the day lies before it
 */
export function ageOn(birthDate: string, day: string): number | null | undefined {
  const [, year, month, dayOfMonth] = pattern.exec(birthDate) ?? [];
  if (year === undefined) return null;
  const earliest = `${year}-${month ?? "01"}-${dayOfMonth ?? "01"}`;
  const latest = dayOfMonth
    ? earliest
    : month
      ? `${year}-${month}-${lastDay(Number(year), Number(month))}`
      : `${year}-12-31`;
  const [most, least] = [yearsBetween(earliest, day), yearsBetween(latest, day)];
  if (!(most >= 0)) return null;
  return Math.max(least, 0) === most ? most : undefined;
}

const lastDay = (year: number, month: number) =>
  String(new Date(Date.UTC(year, month, 0)).getUTCDate()).padStart(2, "0");

function yearsBetween(from: string, to: string): number {
  const start = Date.parse(`${from}T00:00:00Z`);
  const end = Date.parse(`${to}T00:00:00Z`);
  if (Number.isNaN(start) || Number.isNaN(end)) return Number.NaN;
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4)) - (to.slice(5) < from.slice(5) ? 1 : 0);
  if (years >= 2 || end < start) return years;
  return Math.round(((end - start) / 86_400_000 / 365.25) * 1000) / 1000;
}
