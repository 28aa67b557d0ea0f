/** The day, in the machine's own time zone, for encounters that come without a date. `YYYY-MM-DD`. */
export function today(now: Date = new Date()): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** The instant, in UTC, for what records when it was made. */
export const now = (): string => new Date().toISOString();
