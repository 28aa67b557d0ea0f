import type { SectionKind } from "../../pipeline/knowledge.js";
import { RuleError, type SectionModelFile } from "../schema.js";
import type { StemTable } from "./stems.js";

/** Puts the model's features at the positions of stems and sections. Stems that no rule knows any more are left out. */
export function compileSectionModel(file: SectionModelFile, sections: readonly SectionKind[], stems: StemTable) {
  const labels = file.labels.map((id) => {
    const at = sections.findIndex((s) => s.id === id);
    if (at < 0)
      throw new RuleError(
        `models/section-kind/model.json: no section is called "${id}". Train the model again, or restore the section.`,
      );
    return at;
  });
  const stemAt = new Map(stems.list.map((text, i) => [text, i]));
  const word: [number, number][] = [];
  const first: [number, number][] = [];
  const length: [number, number][] = [];
  const hit: [string, number][] = [];
  const weights = new Float32Array(file.features.length * labels.length);
  file.features.forEach(([name, ...row], at) => {
    const colon = name.indexOf(":");
    const family = name.slice(0, colon);
    const value = name.slice(colon + 1);
    const stem = stemAt.get(value);
    if (family === "hit") hit.push([value, at]);
    else if (family === "length") length.push([Number(value), at]);
    else if (stem !== undefined) (family === "word" ? word : first).push([stem, at]);
    row.forEach((w, l) => {
      weights[at * labels.length + l] = w / file.scale;
    });
  });
  const bias = file.bias.map((w) => w / file.scale);
  return { json: { id: file.id, labels, least: file.least, cut: file.cut, bias, word, first, length, hit }, weights };
}
