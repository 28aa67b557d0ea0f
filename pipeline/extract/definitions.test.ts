import { describe, expect, it } from "vitest";
import { mentionsOf } from "../../fixtures/mentions-of.js";
import { lettersFit } from "./definitions.js";

describe("letters of a short form", () => {
  const rows: readonly (readonly [short: string, long: string, fits: boolean])[] = [
    ["osa", "obstructive sleep apnea", true],
    ["gerd", "gastroesophageal reflux disease", true],
    ["htn", "hypertension", true],
    ["chf", "congestive heart failure", true],
    ["rls", "restless legs syndrome", true],
    ["dvt", "deep vein thrombosis", true],
    ["loc", "loss of consciousness", true],
    ["copd", "chronic obstructive pulmonary disease", true],
    ["pmr", "polymyalgia rheumatica", true],
    ["pa", "pneumonia", false],
    ["ekg", "hypertension", false],
    ["cad", "chronic kidney disease", false],
    ["sle", "obstructive sleep apnea", false],
    ["osa", "osa", false],
    ["rlq", "right lower quadrant pain", false],
    ["cd", "chronic obstructive disease", false],
  ];
  it.each(rows)("%s of %s: %s", (short, long, fits) => {
    expect(lettersFit(short, long)).toBe(fits);
  });
});

describe("short forms that the note defines", () => {
  const rows: readonly (readonly [text: string, named: readonly string[]])[] = [
    [
      "Obstructive sleep apnea (OSA). Her OSA is worse.",
      ["obstructive-sleep-apnea", "obstructive-sleep-apnea", "obstructive-sleep-apnea"],
    ],
    ["MS (mitral stenosis). Her MS is stable.", ["mitral-stenosis", "mitral-stenosis", "mitral-stenosis"]],
    ["Cerebral palsy (CP). Severe CP today.", ["cerebral-palsy", "cerebral-palsy", "cerebral-palsy"]],
    // Defined late: the uses before it count too.
    ["Her MS is stable. Echo showed mitral stenosis (MS).", ["mitral-stenosis", "mitral-stenosis", "mitral-stenosis"]],
    [
      "RA was seen early. Later: restrictive cardiomyopathy (RC).",
      ["rheumatoid-arthritis", "restrictive-cardiomyopathy", "restrictive-cardiomyopathy"],
    ],
    ["Alopecia areata (AA). The AA spread.", ["alopecia-areata", "alopecia-areata", "alopecia-areata"]],
    // A form that no list has.
    [
      "Restless legs syndrome (RLGS). The RLGS is worse.",
      ["restless-legs-syndrome", "restless-legs-syndrome", "restless-legs-syndrome"],
    ],
    // Defined as something that is not coded.
    ["He has physical therapy (PT). PT is on Monday.", []],
    ["Room air (RA). RA all night with joint swelling in the hands.", ["limb-swelling"]],
    // No definitions.
    ["Restless legs syndrome (XYZ). The XYZ is worse.", ["restless-legs-syndrome"]],
    ["Pneumonia (PA and lateral films). PA film clear.", ["pneumonia"]],
    ["Hypertension (EKG normal). EKG again in May.", ["hypertension"]],
    ["Gout (left). Left foot.", ["gout"]],
    ["Asthma (Dr. Smith). Smith was called.", ["asthma"]],
    ["Myasthenia gravis (MG). Pyridostigmine 60 MG daily.", ["myasthenia-gravis", "myasthenia-gravis"]],
    ["Gout (GOUT score 3). Nothing else.", ["gout", "gout"]],
  ];
  it.each(rows)("%s", (text, named) => {
    expect(mentionsOf(`HPI: ${text}`).map((m) => m.split("=")[1])).toEqual(named);
  });
});
