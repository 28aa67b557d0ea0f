import type { PhraseClass } from "../../pipeline/knowledge.js";
import type { StemTable } from "./stems.js";

type Node = { children: Map<number, Node>; hits: { cls: PhraseClass; index: number; cased: number }[] };
const node = (): Node => ({ children: new Map(), hits: [] });

/** Collects phrases and lays them out breadth first, so that the children of a node stand together, sorted by stem. */
export class TrieBuilder {
  private readonly root = node();
  readonly cased: string[] = [];
  private readonly casedIds = new Map<string, number>();

  constructor(private readonly stems: StemTable) {}

  /** Adds a term as written; one in capitals alone matches only so, a single word only in its own forms. @returns its stems, none when nothing remains of it */
  add(term: string, cls: PhraseClass, index: number, keep?: string): readonly number[] {
    const path = this.stems.phrase(term, keep);
    const asWritten = /[A-Z]/.test(term) && !/[a-z]/.test(term);
    this.addPath(path, cls, index, asWritten ? term : this.singleForms(term, path));
    return path;
  }

  /** A single word must be that word: by its stem alone "says" would be "SAIS" and "prostate" "prostatism". */
  singleForms(term: string, path: readonly number[]): string | null {
    return path.length === 1 ? `|${this.stems.formsOf(term.trim()).join("|")}|` : null;
  }

  addPath(path: readonly number[], cls: PhraseClass, index: number, casedAs: string | null = null): void {
    if (path.length === 0) return;
    let at = this.root;
    for (const stem of path) {
      let next = at.children.get(stem);
      if (!next) {
        next = node();
        at.children.set(stem, next);
      }
      at = next;
    }
    let cased = -1;
    if (casedAs !== null) {
      cased = this.casedIds.get(casedAs) ?? this.cased.length;
      if (cased === this.cased.length) {
        this.cased.push(casedAs);
        this.casedIds.set(casedAs, cased);
      }
    }
    if (!at.hits.some((h) => h.cls === cls && h.index === index && h.cased === cased))
      at.hits.push({ cls, index, cased });
  }

  /** What stands at the end of a path, for resolving one phrase by another. */
  at(path: readonly number[]): readonly { cls: PhraseClass; index: number; cased: number }[] {
    let at: Node | undefined = this.root;
    for (const stem of path) {
      at = at.children.get(stem);
      if (!at) return [];
    }
    return path.length ? at.hits : [];
  }

  arrays(stemCount: number) {
    const order: Node[] = [this.root];
    const nodeStem: number[] = [-1];
    const childStart: number[] = [];
    for (let i = 0; i < order.length; i++) {
      childStart.push(order.length);
      for (const [stem, child] of [...order[i].children].sort((a, b) => a[0] - b[0])) {
        order.push(child);
        nodeStem.push(stem);
      }
    }
    childStart.push(order.length);
    const rootChild = new Int32Array(stemCount);
    for (let i = childStart[0]; i < childStart[1]; i++) rootChild[nodeStem[i]] = i;
    const hitStart = [0];
    const hitClass: number[] = [];
    const hitIndex: number[] = [];
    const hitCased: number[] = [];
    for (const n of order) {
      for (const h of n.hits) {
        hitClass.push(h.cls);
        hitIndex.push(h.index);
        hitCased.push(h.cased);
      }
      hitStart.push(hitClass.length);
    }
    return {
      trieStem: Int32Array.from(nodeStem),
      trieChild: Int32Array.from(childStart),
      trieRoot: rootChild,
      hitStart: Int32Array.from(hitStart),
      hitClass: Uint8Array.from(hitClass),
      hitIndex: Int32Array.from(hitIndex),
      hitCased: Int32Array.from(hitCased),
    };
  }
}
