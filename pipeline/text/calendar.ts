/** Days by number, without a clock: day 0 is 1970-01-01. */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719468;
}

const two = (n: number) => String(n).padStart(2, "0");
export const isoDay = (year: number, month: number, day: number) => `${year}-${two(month)}-${two(day)}`;
export const isoMonth = (year: number, month: number) => `${year}-${two(month)}`;

/** `YYYY-MM-DD` of a day number. */
export function isoOf(days: number): string {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const ofEra = z - era * 146097;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36524) - Math.floor(ofEra / 146096)) / 365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const m = Math.floor((5 * ofYear + 2) / 153);
  const month = m < 10 ? m + 3 : m - 9;
  return isoDay(year + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - Math.floor((153 * m + 2) / 5) + 1);
}

const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
export const isDay = (month: number, day: number) => month >= 1 && month <= 12 && day >= 1 && day <= lengths[month - 1];

/**
 * A day so many units from another (`YYYY-MM-DD`), no finer than the unit says: a day for days and weeks, `YYYY-MM` for
 * months, `YYYY` for years. Null for other units.
 */
export function moved(from: string, amount: number, unit: string): string | null {
  const [year, month, day] = from.split("-").map(Number);
  if (unit === "day") return isoOf(dayNumber(year, month, day) + Math.round(amount));
  if (unit === "week") return isoOf(dayNumber(year, month, day) + Math.round(amount * 7));
  if (unit === "month") {
    const months = year * 12 + month - 1 + Math.round(amount);
    return isoMonth(Math.floor(months / 12), (months % 12) + 1);
  }
  return unit === "year" ? String(year + Math.round(amount)) : null;
}

/** 0 for Sunday. */
export function weekday(date: string): number {
  const [year, month, day] = date.split("-").map(Number);
  return (((dayNumber(year, month, day) + 4) % 7) + 7) % 7;
}
