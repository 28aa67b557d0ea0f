import { codeColumn, type Part, textColumn } from "./part.js";
import { type Check, malformed } from "./readers/reader.js";

/**
 * Compares the codes of a release with what the files beside them say: the list of billable codes, the changes since the year
 * before, and the counts at their end.
 * @throws InputError naming the file and the first difference
 */
export function agree(part: Part, checks: readonly Check[]): void {
  const code = codeColumn(part.arrays, "codeText");
  const position = new Map<string, number>();
  const count = part.arrays.billable.length;
  for (let i = 0; i < count; i++) position.set(code(i).replace(".", ""), i);
  const title = textColumn(part.arrays, "titles");
  const differs = (name: string, what: string) =>
    malformed(name, `Expected the same release as the codes beside it: ${what}.`);
  for (const check of checks.filter((c) => c.system === part.system)) {
    const { billable = 0, headers = 0 } = part.counts;
    if (check.codes !== undefined && check.codes !== billable)
      throw differs(check.name, `it counts ${check.codes} billable codes, the order file has ${billable}`);
    if (check.headers !== undefined && check.headers !== headers)
      throw differs(check.name, `it counts ${check.headers} headers, the order file has ${headers}`);
    // A code that becomes a header is deleted as one and added as the other.
    const lacking = (check.added ?? []).map((c) => c.split(" ")).find(([, c]) => !position.has(c));
    if (lacking) throw differs(check.name, `it adds ${lacking[1]}, which the order file does not have`);
    const again = new Set((check.added ?? []).map((c) => c.split(" ")[1]));
    const left = (check.deleted ?? [])
      .map((c) => c.split(" ")[1])
      .find((c) => !again.has(c) && part.arrays.billable[position.get(c) ?? -1] === 1);
    if (left) throw differs(check.name, `it deletes ${left}, which the order file still has`);
    if (!check.listed) continue;
    if (check.listed.size !== billable)
      throw differs(check.name, `it lists ${check.listed.size} codes, the order file has ${billable} billable ones`);
    for (const [listed, said] of check.listed) {
      const at = position.get(listed) ?? -1;
      if (at < 0 || part.arrays.billable[at] !== 1)
        throw differs(check.name, `it lists ${listed}, which is not billable there`);
      if (title(at) !== said) throw differs(check.name, `the title of ${listed} is another one`);
    }
  }
}
