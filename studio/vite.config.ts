import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// No inlined assets: the
// content security policy allows none.
export default defineConfig({
  base: "/",
  plugins: [react()],
  // The server puts a new nonce in its place with each answer.
  html: { cspNonce: "csp-nonce-of-this-answer" },
  build: { target: "es2022", outDir: "../src/counterpoint/studio/bundle", emptyOutDir: true, assetsInlineLimit: 0 },
  server: { proxy: { "/v1": "http://127.0.0.1:8080", "/health": "http://127.0.0.1:8080" } },
  test: { testTimeout: 60_000, include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"] },
});
