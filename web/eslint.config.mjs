// What the page's script is checked for, by tests/web. The build joins the modules into one script (cmake/embed.cmake), so a
// name is declared only once among all of them.
import js from "@eslint/js";

const browser = Object.fromEntries(
  ["document", "window", "location", "history", "clearTimeout", "setTimeout", "echarts"].map((name) => [
    name,
    "readonly",
  ]),
);

export default [
  js.configs.recommended,
  {
    files: ["page/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: browser },
    rules: {
      "max-len": ["error", { code: 110 }],
      "max-lines-per-function": ["error", { max: 60 }],
      complexity: ["error", 20],
      eqeqeq: "error",
      "no-shadow": "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-use-before-define": ["error", { functions: false, variables: false }],
    },
  },
  {
    files: ["tests/*.mjs"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: { globalThis: "readonly" } },
  },
];
