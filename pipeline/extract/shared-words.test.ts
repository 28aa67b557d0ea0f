import { describe, expect, it } from "vitest";
import { codesFor } from "../../fixtures/codes-for.js";
import { mentionsOf } from "../../fixtures/mentions-of.js";

/** What is said once for several things, and the codes that each would have by itself. */
const rows: readonly (readonly [said: string, codes: string])[] = [
  ["Fractures of the left radius and ulna", "S52.202A S52.92XA"],
  ["Diabetic neuropathy and retinopathy", "E11.319 E11.40"],
  ["Diabetic nephropathy and neuropathy", "E11.21 E11.40"],
  ["Liver and bone metastases", "C78.7 C79.51"],
  ["Metastases to liver and bone", "C78.7 C79.51"],
  ["Pain in both knees", "M25.561 M25.562"],
  ["Left knee and right shoulder pain", "M25.511 M25.562"],
  ["Right shoulder and left knee pain", "M25.511 M25.562"],
  ["Right and left knee pain", "M25.561 M25.562"],
  ["Right knee and ankle pain", "M25.561 M25.571"],
  ["Acute on chronic systolic and diastolic heart failure", "I50.43"],
  ["Cataracts, both eyes", "H26.9"],
  ["Pain in the neck, back and shoulders", "M25.519 M54.2 M54.9"],
  ["Neck and back pain", "M54.2 M54.9"],
  ["Osteoarthritis of both knees", "M17.0"],
  ["Osteoarthritis of the right knee and right hip", "M16.11 M17.11"],
  ["Right knee and hip osteoarthritis", "M16.11 M17.11"],
  ["Fractures of the right second and third metatarsals", "S92.321A S92.331A"],
  ["Bilateral otitis media", "H66.93"],
  ["Bilateral carpal tunnel syndrome", "G56.03"],
  ["Bilateral carotid artery stenosis", "I65.23"],
  ["Cellulitis of the right and left legs", "L03.115 L03.116"],
  ["Pain in the right hand and foot", "M79.641 M79.671"],
  ["Contusions of both knees", "S80.01XA S80.02XA"],
  ["Contusion of right knee and right hand", "S60.221A S80.01XA"],
  ["Sprain of right ankle and knee", "S83.91XA S93.401A"],
  ["Fractures of right distal radius and distal ulna", "S52.501A S52.601A"],
  ["Mitral and tricuspid regurgitation", "I08.1"],
  ["Kidney and ureteral stones", "N20.2"],
  ["Alcohol and cocaine dependence", "F10.20 F14.20"],
  ["Alcohol and cannabis abuse", "F10.10 F12.10"],
  ["Cervical and lumbar radiculopathy", "M54.12 M54.16"],
  ["Cervical and lumbar spondylosis", "M47.812 M47.816"],
  ["Cervical and lumbar spinal stenosis", "M48.02 M48.061"],
  ["Acute maxillary and frontal sinusitis", "J01.00 J01.10"],
  ["Chronic maxillary and frontal sinusitis", "J32.0 J32.1"],
  ["Chronic hepatitis B and C", "B18.1 B18.2"],
  ["Vitamin D and B12 deficiency", "E53.8 E55.9"],
  ["Right knee pain and swelling", "M25.461 M25.561"],
  ["Nausea and vomiting", "R11.2"],
  ["Gastritis and esophagitis", "K20.90 K29.70"],
  ["Hyponatremia and hypokalemia", "E87.1 E87.6"],
];
it.each(rows)("%s: %s", (said, codes) => {
  expect(codesFor(said)).toEqual(codes.split(" "));
});

describe("words that are not shared", () => {
  const silent: readonly (readonly [text: string, named: readonly string[]])[] = [
    ["Acute and chronic calculous cholecystitis.", ["chronic-calculous-cholecystitis"]],
    ["Unremarkable, except for diabetes and atherosclerotic vascular disease.", ["atherosclerosis"]],
    ["Diet and blood pressure are good.", []],
    ["The heart and lungs are normal.", []],
    ["Knee and ankle reflexes are normal.", []],
    ["Fever and chest pain.", ["fever", "chest-pain"]],
    ["Rest and knee pain.", ["knee-pain-finding"]],
    ["Abdominal pain and fever.", ["abdominal-pain", "fever"]],
    ["Chest pain and cough.", ["chest-pain", "cough"]],
    ["Lisinopril and kidney disease.", ["renal-insufficiency"]],
    ["Hepatitis C and a cough.", ["hepatitis-c", "cough"]],
    ["Hepatitis B and I am well.", ["hepatitis-b"]],
    ["Follow-up of labs and lumbar radiculopathy.", ["lumbar-radiculopathy"]],
    ["Exercise and cocaine dependence.", ["cocaine-dependence"]],
    ["Wife and lumbar spondylosis.", ["lumbar-spondylosis"]],
    ["Vitamin C, vitamin B12 deficiency.", ["vitamin-b12-deficiency"]],
    ["Gout and asthma.", ["gout", "asthma"]],
    ["Hypertension, gout and asthma.", ["hypertension", "gout", "asthma"]],
    ["Right hand dominant and knee pain.", ["knee-pain-finding"]],
    ["Work and lung disease.", ["restrictive-lung-disease"]],
    ["Weight and cervical radiculopathy.", ["cervical-radiculopathy"]],
    ["Metformin and type 2 diabetes.", ["type-2-diabetes"]],
    ["Back pain and gout.", ["back-pain-finding", "gout"]],
    ["Headache and back pain.", ["headache", "back-pain-finding"]],
  ];
  it.each(silent)("%s", (text, named) => {
    expect(mentionsOf(`HPI: ${text}`).map((m) => m.split("=")[1])).toEqual(named);
  });
});
