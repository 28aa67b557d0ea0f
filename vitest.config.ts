import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{pipeline,rules,models,api,fixtures}/**/*.test.ts"],
    // One knowledge snapshot a worker: two workers keep within a small machine's memory.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What a site has learnt on this machine is no part of the tests.
    env: { CITECODE_HOME: "dist/no-site" },
  },
});
