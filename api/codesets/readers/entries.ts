import { type PartKind, packColumns } from "../part.js";
import { malformed, type Reader } from "./reader.js";
import { readXml, squeeze } from "./xml.js";

/** Columns of the two tables, behind the term. */
export const tableColumns = {
  neoplasms: ["malignant-primary", "malignant-secondary", "in-situ", "benign", "uncertain", "unspecified"],
  drugs: ["accidental", "self-harm", "assault", "undetermined", "adverse-effect", "underdosing"],
} as const;
type Term = { title: string; nemod: string; code: string; manif: string; see: string; cells: string[]; put: boolean };

/** Alphabetic Index, External Cause Index, Neoplasm Table and Table of Drugs: all are terms within terms. */
export const entries: Reader = {
  says: "index or table",
  recognises: (head) => head.includes("<ICD10CM.index"),
  read(member) {
    let year = 0;
    let heading = "";
    let text = "";
    let plain = "";
    let nemod = "";
    let inTitle = false;
    let col = 0;
    let letters = 0;
    const heads: string[] = [];
    const stack: Term[] = [];
    const out = {
      path: [] as string[],
      nemod: [] as string[],
      code: [] as string[],
      manif: [] as string[],
      see: [] as string[],
      level: [] as number[],
    };
    const cells: string[][] = [[], [], [], [], [], []];
    let terms = 0;
    let coded = 0;
    /** A term is laid out before its children, once what stands in itself is known. */
    const put = (term: Term | undefined) => {
      if (!term || term.put) return;
      term.put = true;
      terms++;
      if (term.code || term.cells.some((c) => c)) coded++;
      out.path.push(
        stack
          .slice(0, stack.indexOf(term) + 1)
          .map((t) => t.title)
          .join(" > "),
      );
      out.nemod.push(term.nemod);
      out.code.push(term.code);
      out.manif.push(term.manif);
      out.see.push(term.see);
      out.level.push(stack.indexOf(term));
      for (let c = 0; c < 6; c++) cells[c].push(term.cells[c] ?? "");
    };
    readXml(member, {
      open(tag, attributes) {
        if (tag === "nemod" && inTitle) plain += text;
        text = "";
        if (tag === "mainTerm" || tag === "term") {
          put(stack.at(-1));
          stack.push({ title: "", nemod: "", code: "", manif: "", see: "", cells: [], put: false });
        } else if (tag === "title") {
          inTitle = true;
          plain = "";
          nemod = "";
        } else if (tag === "nemod") plain += " ";
        else if (tag === "cell" || tag === "head") col = Number(attributes.col);
        else if (tag === "letter") letters++;
      },
      text: (found) => {
        text += found;
      },
      close(tag) {
        const term = stack.at(-1);
        const said = squeeze(text);
        if (inTitle && tag === "nemod") nemod += `${nemod ? " " : ""}${said}`;
        else if (inTitle && tag === "title") {
          plain += text;
          inTitle = false;
          if (term) {
            term.title = squeeze(plain) || nemod;
            term.nemod = nemod;
          } else if (letters === 0) heading = squeeze(plain);
        } else if (tag === "version") year = Number(said) || 0;
        else if (tag === "head") heads[col] = said;
        else if (tag === "cell" && term) term.cells[col - 2] = said;
        else if (tag === "code" && term) term.code = said;
        else if (tag === "manif" && term) term.manif = said;
        else if ((tag === "see" || tag === "seeAlso" || tag === "seecat" || tag === "subcat") && term)
          term.see += `${term.see ? "; " : ""}${tag === "seeAlso" ? "also " : ""}${said}`;
        else if (tag === "mainTerm" || tag === "term") {
          put(term);
          stack.pop();
        }
        text = "";
      },
    });
    const kind = kindOf(heading, heads);
    if (!kind)
      throw malformed(
        member.name,
        "Expected an Alphabetic Index, External Cause Index, Neoplasm Table or Table of Drugs.",
      );
    if (terms === 0) throw malformed(member.name, "Expected terms.");
    const table = kind === "neoplasms" || kind === "drugs";
    const text_ = (values: string[]) => ({ type: "text", values }) as const;
    const arrays = packColumns({
      path: text_(out.path),
      nemod: text_(out.nemod),
      see: text_(out.see),
      level: { type: "number", values: out.level },
      ...(table
        ? Object.fromEntries(tableColumns[kind].map((name, c) => [name, text_(cells[c])]))
        : { code: text_(out.code), manif: text_(out.manif) }),
    });
    return {
      part: {
        system: "icd-10-cm",
        kind,
        ...(year ? { year } : {}),
        arrays,
        json: {},
        counts: { letters, terms, coded },
      },
    };
  },
};

function kindOf(
  heading: string,
  heads: readonly string[],
): Extract<PartKind, "index" | "external-causes" | "neoplasms" | "drugs"> | undefined {
  const first = heads[1] ?? "";
  if (/^neoplasm/i.test(first) && heads.filter(Boolean).length === 7) return "neoplasms";
  if (/^substance/i.test(first) && heads.filter(Boolean).length === 7) return "drugs";
  if (/external cause/i.test(heading)) return "external-causes";
  return /index to diseases/i.test(heading) ? "index" : undefined;
}
