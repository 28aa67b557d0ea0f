import type { Judged } from "../models.js";
import { probability } from "../probability.js";
import { stage } from "../stage.js";
import type { Fact, FactId, Source } from "../types.js";

/** The candidates that no ruling dropped, each with its score, in the order of the ledger. */
export function standing(
  candidates: readonly Fact<"candidate">[],
  scores: readonly Fact<"score">[],
  rulings: readonly Fact<"ruling">[],
): (Judged & { readonly score: Fact<"score"> })[] {
  const dropped = new Set<FactId>();
  for (const { body } of rulings) if (body.verdict === "drop") dropped.add(body.candidate);
  const scoreOf = new Map<FactId, Fact<"score">>();
  for (const s of scores) scoreOf.set(s.body.candidate, s);
  return candidates.flatMap(({ id, body }) => {
    const score = dropped.has(id) ? undefined : scoreOf.get(id);
    return score ? [{ score, parts: score.body.parts, code: body.code }] : [];
  });
}

/**
 * How probable it is that a coder reports each candidate that still stands.
 * @param given probabilities by a model, in the order of `standing`; without them the linear scorer of `rules/ranking.json` judges
 */
export const estimateBy = (given?: { readonly by: Source; readonly probabilities: readonly number[] }) =>
  stage({
    name: "estimate",
    reads: ["candidate", "score", "ruling"],
    writes: ["estimate"],
    run(see, write, _encounter, knowledge) {
      const by = given?.by ?? { type: "stage", id: knowledge.ranking.id };
      const fixed = (parts: Readonly<Record<string, number>>) => {
        for (const name in parts) if (name in knowledge.ranking.visits) return knowledge.ranking.visits[name];
        return undefined;
      };
      standing(see.of("candidate"), see.of("score"), see.of("ruling")).forEach(({ score, parts }, i) => {
        write("estimate", by, [score.id], {
          candidate: score.body.candidate,
          // How well a visit's level is supported is measured by itself: it is no question of words and codes.
          probability: fixed(parts) ?? (given ? given.probabilities[i] : probability(parts, knowledge)),
        });
      });
    },
  });
