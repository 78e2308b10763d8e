// Opens a report page in Debian's chromium and says, as JSON on standard output, what happened:
//   node tests/report_page.mjs PAGE MODULES AREA SCREENSHOTS
// PAGE: the file. MODULES: the node_modules with playwright-core and axe-core. AREA: id to choose besides what is shown first, "-" for none. SCREENSHOTS: a directory,
// or "-" for none. It keeps every console message, error and request other than the page itself.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [, , file, modules, areaId, shots] = process.argv;
const require = createRequire(path.join(path.resolve(modules), "x.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(path.join(modules, "axe-core/axe.min.js"), "utf8");

const browser = await chromium.launch({
  executablePath: process.env.HEARTH_CHROMIUM || "/usr/bin/chromium",
  args: process.getuid() === 0 ? ["--no-sandbox"] : [],
});
const url = pathToFileURL(path.resolve(file)).href;
const out = { messages: [], requests: [], widths: {}, violations: {}, areas: {} };

// What the page says of the area that is shown: every table, as text.
const tables = () => [...document.querySelectorAll("table")].map((table) => ({
  caption: table.caption.textContent,
  figure: table.closest("figure")?.id ?? table.id,
  head: [...table.tHead.rows[0].cells].map((cell) => cell.textContent),
  rows: [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent)),
}));
const open = () => document.querySelectorAll("details").forEach((d) => { d.open = true; });

for (const width of [1280, 390]) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, acceptDownloads: true });
  context.setDefaultTimeout(240000);  // a busy machine is no fault of the page
  const page = await context.newPage();
  page.on("console", (message) => out.messages.push(message.text()));
  page.on("pageerror", (error) => out.messages.push(String(error.stack)));
  page.on("request", (request) => { if (!request.url().startsWith(url) && !request.url().startsWith("data:")) out.requests.push(request.url()); });
  await page.goto(url);
  await page.waitForSelector("figure svg");
  out.answer = await page.textContent(".answer");
  out.widths[width] = await page.evaluate(() => document.documentElement.scrollWidth);
  out.areas[width] = [];
  const both = areaId === "-" ? [null] : [null, areaId];
  for (const id of width === 390 ? both.slice(-1) : both) {
    if (id !== null) await page.selectOption("#area", id);
    if (shots !== "-") await page.screenshot({ path: path.join(shots, `${width}-${id ?? "first"}.png`), fullPage: true });
    await page.evaluate(open);
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    out.violations[`${width} ${id}`] = found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")}`);
    out.areas[width].push({
      id, title: await page.textContent("h2"), status: await page.textContent("#shown"), tables: await page.evaluate(tables),
      charts: await page.evaluate(() => [...document.querySelectorAll(".chart")].map((c) => ({
        label: c.getAttribute("aria-label"), drawn: c.querySelectorAll("svg path").length,
        table: !!c.closest("figure").querySelector("details table"), csv: !!c.closest("figure").querySelector("button.csv") }))),
    });
  }
  if (width === 1280) {
    // Keyboard alone: the picker, a heading that sorts, a name that chooses, a file of numbers.
    await page.focus("#area");
    await page.keyboard.press("Home");
    out.afterHome = await page.textContent("h2");
    const sort = page.locator("#places thead button").nth(3);
    if (await sort.count()) {
      await sort.focus();
      await page.keyboard.press("Enter");
      out.sorted = await page.evaluate(() => [...document.querySelectorAll("#places tbody tr")].map((row) => Number(row.cells[3].textContent)));
      out.ariaSort = await page.locator("#places thead th").nth(3).getAttribute("aria-sort");
      await page.fill("#filter", "zzz");
      out.filtered = await page.textContent("#places-count");
      await page.fill("#filter", "");
      await page.locator("#places tbody button").first().focus();
      await page.keyboard.press("Enter");
      out.chosen = [await page.textContent("h2"), await page.inputValue("#area")];
    }
    const [download] = await Promise.all([page.waitForEvent("download"), page.evaluate(() => {
      const button = document.querySelector("#fan-looked_after button.csv");
      button.closest("details").open = true;
      button.click();
    })]);
    out.csv = { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
    await page.emulateMedia({ media: "print" });
    out.printed = (await page.pdf({ format: "A4" })).length;
  }
  await context.close();
}
await browser.close();
console.log(JSON.stringify(out));
