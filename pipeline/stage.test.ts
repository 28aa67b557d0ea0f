import { expect, it } from "vitest";
import type { Knowledge } from "./knowledge.js";
import { createPipeline, stage } from "./stage.js";
import type { Encounter, Kind } from "./types.js";

const encounter: Encounter = {
  id: "e",
  notes: [{ id: "n", text: "x" }],
  patient: {},
  setting: "outpatient",
  date: "2026-01-01",
};
const knowledge = {} as Knowledge;
const noReading = () => {
  throw new Error("no stage of these tests reads a note");
};
const by = { type: "stage", id: "test" } as const;
const place = { note: "n", start: 0, end: 1 };
const writesSection = stage({
  name: "a",
  reads: [],
  writes: ["section"],
  run: (_see, write) =>
    void write("section", by, [], { place, heading: null, is: "x", role: "narrative", parent: null }),
});

it("refuses a stage that reads what nothing before it writes", () => {
  const reads = stage({ name: "b", reads: ["mention"], writes: [], run: () => {} });
  expect(() => createPipeline([writesSection, reads])).toThrow(/"b" reads "mention"/);
  expect(() => createPipeline([writesSection, reads], ["mention"])).not.toThrow();
});

it("refuses two stages of one name", () => {
  expect(() => createPipeline([writesSection, writesSection])).toThrow(/named "a"/);
});

it("numbers and freezes facts", () => {
  const { facts } = createPipeline([writesSection]).run(encounter, knowledge, noReading);
  expect(facts.map((f) => f.id)).toEqual([0]);
  expect(Object.isFrozen(facts[0]) && Object.isFrozen(facts[0].body) && Object.isFrozen(facts[0].from)).toBe(true);
});

it.each<[string, () => void]>([
  [
    "rests a fact on one that does not exist",
    () =>
      run((_see, write) => void write("section", by, [7], { place, heading: null, is: "x", role: "r", parent: null })),
  ],
  [
    "writes a kind that it does not declare",
    () => run((_see, write) => void (write as unknown as (k: Kind, ...rest: unknown[]) => void)("problem", by, [], {})),
  ],
  [
    "reads a kind that it does not declare",
    () => run((see) => void (see as unknown as { of(k: Kind): void }).of("mention")),
  ],
])("refuses a stage that %s", (_name, go) => {
  expect(go).toThrow(/Stage "c"/);
});

function run(body: Parameters<typeof stage<"section", "section">>[0]["run"]): void {
  createPipeline([stage({ name: "c", reads: ["section"], writes: ["section"], run: body })], ["section"]).run(
    encounter,
    knowledge,
    noReading,
  );
}
