import { describe, expect, it } from "vitest";
import { codesFor } from "../../fixtures/codes-for.js";

describe("a code for each side and place that is said", () => {
  it.each<[string, string[]]>([
    ["Pain in both knees.", ["M25.561", "M25.562"]],
    ["Swelling of both ankles.", ["M25.471", "M25.472"]],
    ["Right knee pain and left ankle sprain.", ["M25.561", "S93.402A"]],
    ["Bilateral knee osteoarthritis.", ["M17.0"]],
    ["Laceration of the left eyebrow.", ["S01.81XA"]],
    ["Displaced fracture of the left clavicle.", ["S42.002A"]],
    ["Open fracture of right tibia.", ["S82.201B"]],
    ["Nondisplaced fracture of the left fifth metatarsal.", ["S92.355A"]],
    ["Left distal radius fracture, nondisplaced.", ["S52.502A"]],
    ["Injury of left knee.", ["S89.92XA"]],
    ["Right rotator cuff tear.", ["M75.101"]],
    ["Dog bite of the right lower leg.", ["S81.851A", "W54.0XXA"]],
    ["Foreign body, right foot.", ["S90.851A"]],
    ["Left great toe proximal phalanx fracture.", ["S92.412A"]],
    ["Right ring finger proximal phalanx fracture.", ["S62.614A"]],
    ["Ellis type II fracture.", ["S02.5XXA"]],
    ["T12 compression fracture.", ["M48.54XA"]],
    ["Cataract, right eye.", ["H26.9"]],
    ["Tumor, right.", ["D49.9"]],
    ["Second degree burn of the right arm.", ["T22.231A"]],
    ["First degree burn of right upper arm.", ["T22.131A"]],
    ["Left wrist fracture.", ["S62.102A"]],
    ["Right wrist sprain.", ["S63.501A"]],
    ["Left ankle sprain.", ["S93.402A"]],
    ["Right shoulder contusion.", ["S40.011A"]],
    ["Right carpal tunnel syndrome.", ["G56.01"]],
    ["Left hip pain.", ["M25.552"]],
    ["Right elbow pain.", ["M25.521"]],
    ["Left foot pain.", ["M79.672"]],
    ["Right hand laceration.", ["S61.411A"]],
    ["Contusion, left knee.", ["S80.02XA"]],
    ["Carpal tunnel syndrome, right and left wrist.", ["G56.03"]],
    ["Chronic otitis media with effusion of both ears.", ["H65.493"]],
    ["Chronic otitis media with effusion of the left ear.", ["H65.492"]],
    ["Contusion, left lower leg.", ["S80.12XA"]],
    ["Primary osteoarthritis of the left hip.", ["M16.12"]],
    ["Chronic femoral vein thrombosis, right.", ["I82.511"]],
    ["Right femoral vein thrombosis.", ["I82.411"]],
    ["Seborrheic keratosis, not inflamed.", ["L82.1"]],
    ["Chronic obstructive pulmonary disease.", ["J44.9"]],
    ["Chronic obstructive pulmonary disease with lower respiratory infection.", ["J44.0"]],
  ])("%s", (words, codes) => {
    expect(codesFor(words)).toEqual(codes);
  });
});

describe("the 7th character", () => {
  it.each<[string, string[]]>([
    ["Healing fracture of the right distal radius.", ["S52.501D"]],
    ["Follow up of right ankle fracture.", ["S82.891D"]],
    ["Right ankle fracture, status post ORIF 6 weeks ago.", ["S82.891D"]],
    ["Right ankle fracture 6 weeks postop.", ["S82.891D"]],
    ["Cast removal, left distal radius fracture.", ["S52.502D"]],
    ["Nonunion of right tibia fracture.", ["S82.201K"]],
    ["Malunion of left clavicle fracture.", ["S42.002P"]],
    ["Sequela of right femur fracture.", ["S72.91XS"]],
    ["Late effect of left ankle sprain.", ["S93.402S"]],
    ["Follow up of left wrist fracture.", ["S62.102D"]],
    ["Right ankle fracture.", ["S82.891A"]],
    ["Left ankle sprain.", ["S93.402A"]],
  ])("%s", (words, codes) => {
    expect(codesFor(words)).toEqual(codes);
  });
});

describe("nothing is coded where no place is said", () => {
  it.each<[string, string[]]>([
    ["Fracture.", []],
    ["Left fracture.", []],
    ["Wound.", []],
    ["Laceration.", []],
    ["Foreign body removed.", []],
    ["The fracture was reduced.", []],
    ["The wound was irrigated.", []],
    ["Abrasion.", []],
    ["Contusion.", []],
    ["No fracture.", []],
    ["A 4-MM margin was taken.", []],
    ["LUE strength is normal.", []],
  ])("%s", (words, codes) => {
    expect(codesFor(words)).toEqual(codes);
  });
});
