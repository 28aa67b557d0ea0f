import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { corpus, sharedFolder } from "../../fixtures/bench/corpora.js";
import { eachFeature } from "../../pipeline/segment/kinds.js";
import { read } from "../../pipeline/text/index.js";
import { loadKnowledge } from "../../rules/load.js";
import { projectFolder } from "../files.js";

/**
 * Trains the model of section kinds: `node dist/models/section-kind/train.js`, then `npm run build`. Multinomial logistic
 * regression by full-batch gradient steps from zero, so that the same data give the same weights. Without the data,
 * nothing is changed.
 */
const DATA = "mts-dialog-sections-dev";
const sectionOf: Readonly<Record<string, string>> = {
  ALLERGY: "allergies",
  ASSESSMENT: "assessment",
  CC: "chief-complaint",
  DIAGNOSIS: "diagnosis",
  DISPOSITION: "disposition",
  EDCOURSE: "ed-course",
  EXAM: "physical-exam",
  "FAM/SOCHX": "family-social-history",
  GENHX: "history-of-present-illness",
  GYNHX: "gynecologic-history",
  IMAGING: "imaging",
  IMMUNIZATIONS: "immunizations",
  LABS: "laboratory",
  MEDICATIONS: "medications",
  OTHER_HISTORY: "other-history",
  PASTMEDICALHX: "past-medical-history",
  PASTSURGICAL: "past-surgical-history",
  PLAN: "plan",
  PROCEDURES: "procedure",
  ROS: "review-of-systems",
};
const labels = Object.keys(sectionOf);
const SCALE = 100;
const STEPS = 120;
const RATE = 0.5;
const PENALTY = 1e-3;
const FOLDS = 5;
/** Fewer words are seldom enough ("None.", "Noncontributory."). */
const LEAST = 12;
/** What the model decides must be right this often, in folds that it was not trained on. */
const WANTED = 0.9;

type Row = { readonly names: readonly string[]; readonly words: number; readonly label: number };
type Model = {
  readonly rows: ReadonlyMap<string, number>;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
};
const L = labels.length;

function train(data: readonly Row[]): Model {
  const seen = new Map<string, number>();
  for (const { names } of data) for (const name of names) seen.set(name, (seen.get(name) ?? 0) + 1);
  const kept = [...seen].filter(([, n]) => n >= 2).map(([name]) => name);
  const rows = new Map(kept.sort().map((name, i) => [name, i]));
  const coded = data.map((d) => d.names.map((n) => rows.get(n) ?? -1).filter((r) => r >= 0));
  const weights = new Float64Array(rows.size * L);
  const bias = new Float64Array(L);
  const sums = { weights: new Float64Array(rows.size * L).fill(1e-8), bias: new Float64Array(L).fill(1e-8) };
  for (let step = 0; step < STEPS; step++) {
    const slope = { weights: new Float64Array(rows.size * L), bias: new Float64Array(L) };
    data.forEach(({ label }, i) => {
      const p = probabilities({ rows, weights, bias }, coded[i]);
      for (let l = 0; l < L; l++) {
        const d = p[l] - (l === label ? 1 : 0);
        slope.bias[l] += d;
        for (const row of coded[i]) slope.weights[row * L + l] += d;
      }
    });
    const move = (values: Float64Array, by: Float64Array, sum: Float64Array, penalty: number) => {
      for (let k = 0; k < values.length; k++) {
        const d = by[k] / data.length + penalty * values[k];
        sum[k] += d * d;
        values[k] -= (RATE * d) / Math.sqrt(sum[k]);
      }
    };
    move(weights, slope.weights, sums.weights, PENALTY);
    move(bias, slope.bias, sums.bias, 0);
  }
  const round = (values: Float64Array) => values.map((v) => Math.round(v * SCALE) / SCALE);
  return { rows, weights: round(weights), bias: round(bias) };
}

function probabilities(model: Model, rows: readonly number[]): Float64Array {
  const p = Float64Array.from(model.bias);
  for (const row of rows) for (let l = 0; l < L; l++) p[l] += model.weights[row * L + l];
  const most = Math.max(...p);
  let sum = 0;
  for (let l = 0; l < L; l++) {
    p[l] = Math.exp(p[l] - most);
    sum += p[l];
  }
  return p.map((v) => v / sum);
}

type Answer = { readonly words: number; readonly right: boolean; readonly probability: number };
function answers(model: Model, data: readonly Row[]): Answer[] {
  return data.map((d) => {
    const p = probabilities(
      model,
      d.names.map((n) => model.rows.get(n) ?? -1).filter((r) => r >= 0),
    );
    const best = p.indexOf(Math.max(...p));
    return { words: d.words, right: best === d.label, probability: p[best] };
  });
}
const accuracy = (list: readonly Answer[]) => list.filter((a) => a.right).length / list.length;
const three = (x: number) => Math.round(x * 1000) / 1000;

function main(): void {
  const lines = corpus(DATA);
  if (!lines) {
    console.log(`No ${DATA} at ${sharedFolder}: nothing was trained. Set CITECODE_SHARED to where the sets lie.`);
    return;
  }
  const knowledge = loadKnowledge();
  const data = lines.map((line): Row => {
    const names = new Set<string>();
    const span = { start: 0, end: line.text.length };
    const words = eachFeature(span, read(line.text, knowledge.lexicon), knowledge, (family, value, name) => {
      const own = family === "hit" ? name : family === "length" ? String(value) : knowledge.lexicon.stemText(value);
      names.add(`${family}:${own}`);
    });
    return { names: [...names], words, label: labels.indexOf(line.section as string) };
  });
  const folded: Answer[] = [];
  for (let fold = 0; fold < FOLDS; fold++)
    folded.push(
      ...answers(
        train(data.filter((_, i) => i % FOLDS !== fold)),
        data.filter((_, i) => i % FOLDS === fold),
      ),
    );
  const long = folded.filter((a) => a.words >= LEAST);
  let cut = 0.5;
  while (cut < 0.95 && accuracy(long.filter((a) => a.probability >= cut)) < WANTED) cut = three(cut + 0.05);
  const decided = long.filter((a) => a.probability >= cut);
  const isTrain = (i: number) => lines[i].split === "train";
  const official = answers(
    train(data.filter((_, i) => isTrain(i))),
    data.filter((_, i) => !isTrain(i)),
  );
  const metrics = {
    accuracy: three(accuracy(folded)),
    accuracyLong: three(accuracy(long)),
    accuracyDecided: three(accuracy(decided)),
    decidedOfLong: three(decided.length / long.length),
    accuracyValid: three(accuracy(official)),
    accuracyValidLong: three(accuracy(official.filter((a) => a.words >= LEAST))),
  };
  const whole = train(data);
  const features = [...whole.rows].map(([name, row]) =>
    JSON.stringify([name, ...Array.from({ length: L }, (_, l) => Math.round(whole.weights[row * L + l] * SCALE))]),
  );
  const head = {
    about: "Kind of a section by its content; written by train.ts, read by rules/compile",
    id: "section-kind-2",
    labels: labels.map((l) => sectionOf[l]),
    least: LEAST,
    cut,
    scale: SCALE,
    bias: Array.from(whole.bias, (b) => Math.round(b * SCALE)),
  };
  const folder = join(projectFolder(), "models", "section-kind");
  const file = join(folder, "model.json");
  writeFileSync(file, `${JSON.stringify(head).slice(0, -1)},\n"features":[\n${features.join(",\n")}\n]}\n`);
  const manifest = {
    id: head.id,
    sha256: createHash("sha256").update(readFileSync(file)).digest("hex"),
    data: {
      name: "MTS-Dialog note sections",
      rows: lines.length,
      licence: "CC BY 4.0",
      source: "https://github.com/abachaa/MTS-Dialog",
    },
    split: `${FOLDS} folds by row number for the figures; all rows for the weights. "Valid" figures: trained on the set's train part alone.`,
    long: `texts of at least ${LEAST} words`,
    metrics,
  };
  writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  console.log(`${features.length} features, cut ${cut}`, metrics);
}

main();
