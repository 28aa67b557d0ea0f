import type { Knowledge } from "../knowledge.js";
import type { Reading } from "../text/index.js";
import type { Chosen } from "./choose.js";
import type { Value } from "./value.js";

/** Tokens between a dose and its drug. */
const FAR = 8;
/** Tokens between a drug or dose and the route or frequency that goes on from it. */
const NEAR = 3;

/**
 * What is a dose, a frequency or a route only beside a drug or another of them: "20 mg daily" of a drug unknown to the
 * lexicon is a dose, "daily headaches" names no frequency, and 500 ml without a drug is a measurement.
 */
export function dosesAmong(
  values: readonly Value[],
  drugs: readonly Chosen[],
  reading: Reading,
  knowledge: Knowledge,
): Value[] {
  const lineBetween = (from: number, to: number) => {
    for (let i = Math.max(from, 1); i <= Math.min(to, reading.count - 1); i++)
      if (/[\r\n]/.test(reading.text.slice(reading.end[i - 1], reading.start[i]))) return true;
    return false;
  };
  const out: Value[] = [];
  let d = 0;
  let last = -1000;
  values.forEach((v, at) => {
    while (d < drugs.length && drugs[d].to <= v.from) last = Math.max(last, drugs[d++].to);
    const ahead = drugs[d];
    const nextDrug = ahead ? ahead.from - v.to : FAR + 1;
    if (v.kind === "dose") {
      const following = values[at + 1];
      const given = following !== undefined && dosing.has(following.kind) && following.from - v.to < NEAR;
      const beside =
        given ||
        (v.from - last <= FAR && !lineBetween(last, v.from)) ||
        (nextDrug <= NEAR && !lineBetween(v.to, v.to + Math.max(0, nextDrug)));
      if (beside) {
        out.push(v);
        last = Math.max(last, v.to);
      } else if (measurable.has(knowledge.units[Number(v.concept.split(":")[1])]?.kind ?? ""))
        out.push({ ...v, kind: "measurement" });
      return;
    }
    if (!dosing.has(v.kind)) {
      out.push(v);
      return;
    }
    const goesOn = v.from - last <= NEAR && !lineBetween(last, v.from);
    if (goesOn || (v.kind === "route" && nextDrug <= 1 && !lineBetween(v.to, v.to + 1))) {
      out.push(v);
      last = Math.max(last, v.to);
    }
  });
  return out;
}
const dosing = new Set(["frequency", "route"]);
const measurable = new Set(["mass", "volume", "amount", "dose-rate"]);
