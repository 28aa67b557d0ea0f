import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const files = ["pipeline", "rules", "models", "api"]
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((f) => f.isFile() && f.name.endsWith(".ts") && !f.name.endsWith(".test.ts"))
      .map((f) => join(f.parentPath, f.name)),
  );
const importsOf = (file: string) =>
  [...readFileSync(file, "utf8").matchAll(/(?:from|import|require\()\s*\(?"([^"]+)"/g)].map((m) => m[1]);
const partOf = (path: string) => relative(root, path).split(sep);
/** Folders of `pipeline/` that hold no stage and that all stages share. */
const shared = new Set(["text", "search"]);

it("finds the files", () => {
  expect(files.length).toBeGreaterThan(20);
});

it.each(files.map((f) => [relative(root, f)]))("%s imports only what it may", (name) => {
  const file = join(root, name);
  const [top, folder, ...rest] = partOf(file);
  for (const wanted of importsOf(file)) {
    if (!wanted.startsWith(".")) {
      const adapters: Record<string, RegExp> = {
        "wink-nlp": /^pipeline\/text\//,
        compromise: /^pipeline\/text\/dates\.ts$/,
        "compromise-dates": /^pipeline\/text\/dates\.ts$/,
        natural: /^pipeline\/text\//,
        "onnxruntime-node": /^(models|pipeline\/text)\//,
        fastify: /^api\//,
      };
      for (const [library, where] of Object.entries(adapters))
        if (wanted === library || wanted.startsWith(`${library}/`))
          expect(name, `${library} enters through one adapter`).toMatch(where);
      if (top === "pipeline")
        expect(wanted, "pipeline has no disk, network or environment").not.toMatch(/^node:(?!module$)/);
      continue;
    }
    const target = partOf(resolve(dirname(file), wanted));
    if (top === "pipeline") {
      expect(target[0], "pipeline imports nothing outside itself").toBe("pipeline");
      const own = rest.length > 0 ? folder : null;
      const other = target.length > 2 ? target[1] : null;
      if (own !== null && other !== null && other !== own)
        expect(shared.has(other), `stage ${own} imports ${other}`).toBe(true);
    }
    if (top === "rules") expect(target[0], "rules know types and text, not the outside").toMatch(/^(rules|pipeline)$/);
  }
});

it("asks no clock and no chance in the pipeline", () => {
  for (const file of files.filter((f) => partOf(f)[0] === "pipeline"))
    expect(readFileSync(file, "utf8")).not.toMatch(/Date\.now|new Date|Math\.random|process\.|performance\./);
});
