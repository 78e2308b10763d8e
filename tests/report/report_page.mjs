// Opens a report page in Debian's chromium and says, as JSON on standard output, what happened:
//   node tests/report/report_page.mjs PAGE MODULES AREA SCREENSHOTS [WIDTHS]
// PAGE: the file. MODULES: the node_modules with playwright-core and axe-core. AREA: id to choose after what is shown first, "-" for none.
// SCREENSHOTS: a directory, or "-" for none. WIDTHS: of the window, "1280,390" unless given. It keeps every console
// message, error and request other than the page itself.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [, , file, modules, areaId, shots, widths = "1280,390"] = process.argv;
const require = createRequire(path.join(path.resolve(modules), "x.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(path.join(modules, "axe-core/axe.min.js"), "utf8");

const browser = await chromium.launch({
  executablePath: process.env.HEARTH_CHROMIUM || "/usr/bin/chromium",
  args: process.getuid() === 0 ? ["--no-sandbox"] : [],
});
const url = pathToFileURL(path.resolve(file)).href;
const out = { messages: [], requests: [], widths: {}, violations: {}, areas: {} };

// What the page says of the area that is shown: every table, as text; a cell of two lines has them apart.
const tables = () => [...document.querySelectorAll("table")].map((table) => ({
  caption: table.caption.textContent,
  figure: table.closest("figure")?.id ?? table.id,
  head: [...table.tHead.rows].flatMap((row) => [...row.cells].map((cell) => cell.textContent)),
  rows: [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) =>
    (cell.querySelector(".mean") ? [...cell.children].map((line) => line.textContent).join(" | ") : cell.textContent))),
}));
const charts = () => [...document.querySelectorAll(".chart")].map((c) => ({
  id: c.closest("figure").id, label: c.getAttribute("aria-label"), message: c.closest("figure").querySelector("h3").textContent,
  drawn: c.querySelectorAll("svg path").length, table: !!c.closest("figure").querySelector("details table"),
  csv: !!c.closest("figure").querySelector("button.csv") }));
// Everything that opens, and then every chart is drawn.
const open = async (page) => {
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
  await page.waitForFunction(() => [...document.querySelectorAll(".chart")].every((c) => c.querySelector("svg")));
};
const opened = async (width, height = 900) => {
  const context = await browser.newContext({ viewport: { width, height }, acceptDownloads: true });
  context.setDefaultTimeout(240000);  // a busy machine is no fault of the page
  const page = await context.newPage();
  page.on("console", (message) => out.messages.push(message.text()));
  page.on("pageerror", (error) => out.messages.push(String(error.stack)));
  page.on("request", (request) => { if (!request.url().startsWith(url) && !request.url().startsWith("data:")) out.requests.push(request.url()); });
  await page.goto(url);
  await page.waitForSelector("figure svg");
  return page;
};

for (const width of widths.split(",").map(Number)) {
  const page = await opened(width);
  out.answer = await page.textContent(".answer");
  out.closed = await page.evaluate(() => [...document.querySelectorAll("details.part")].filter((d) => !d.open).map((d) => d.id));
  out.widths[width] = await page.evaluate(() => document.documentElement.scrollWidth);
  out.areas[width] = [];
  const both = areaId === "-" ? [null] : [null, areaId];
  for (const id of width === 390 ? both.slice(-1) : both) {
    if (id !== null) await page.selectOption("#area", id);
    if (shots !== "-") await page.screenshot({ path: path.join(shots, `${width}-${id ?? "first"}.png`), fullPage: true });
    await open(page);
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] }));
    out.violations[`${width} ${id}`] = found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")}`);
    out.areas[width].push({
      id, title: await page.textContent("h1"), tab: await page.title(), status: await page.textContent("#shown"), origin: await page.textContent("#origin"),
      points: await page.evaluate(() => [...document.querySelectorAll(".answer li")].map((li) => li.textContent)),
      text: await page.evaluate(() => document.body.innerText), tables: await page.evaluate(tables), charts: await page.evaluate(charts),
    });
    await page.evaluate(() => document.querySelectorAll("details.part").forEach((d) => { d.open = false; }));
  }
  if (width === 390) {
    await open(page);
    out.phone = await page.evaluate(() => ({
      cells: [...document.querySelectorAll("#glance tbody td")].map((td) => ({ display: getComputedStyle(td).display, column: td.dataset.column, right: td.getBoundingClientRect().right })),
      map: document.querySelector("svg.map")?.getBoundingClientRect().right ?? 0,
    }));
  }
  if (width === 1280) {
    // Keyboard alone: a link of the contents, the values of a chart, the picker, a heading that sorts, a name that chooses, a file of numbers.
    await page.focus(".contents a");
    await page.keyboard.press("Enter");
    out.linked = await page.evaluate(() => ({ hash: location.hash, open: document.querySelector("#years").open, focus: document.activeElement.closest("details")?.id }));
    await page.focus("#difference-looked_after .chart");
    await page.keyboard.press("ArrowRight");
    out.read = await page.evaluate(() => ({
      said: document.activeElement.closest("figure").querySelector("[role=status]").textContent,
      shown: document.activeElement.innerText,
    }));
    await page.focus("#area");
    await page.keyboard.press("Home");
    out.afterHome = await page.textContent("h1");
    await open(page);
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
      out.chosen = [await page.textContent("h1"), await page.inputValue("#area")];
    }
    const [download] = await Promise.all([page.waitForEvent("download"), page.evaluate(() => {
      const button = document.querySelector("#level-looked_after button.csv");
      button.closest("details").open = true;
      button.click();
    })]);
    out.csv = { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
    const pages = (pdf) => (pdf.toString("latin1").match(/\/Type \/Page\b(?!s)/g) || []).length;
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = false; }));
    const short = await page.pdf({ preferCSSPageSize: true });
    await page.evaluate(() => document.querySelectorAll("details.part").forEach((d) => { d.open = true; }));
    const long = await page.pdf({ preferCSSPageSize: true });
    out.printed = { short: pages(short), long: pages(long), bytes: short.length };
  }
  await page.context().close();
}
// 400% zoom of a screen of 1280 by 1024.
const zoomed = await opened(320, 256);
out.zoomed = await zoomed.evaluate(() => ({ width: document.documentElement.scrollWidth, picker: getComputedStyle(document.querySelector(".picker")).position }));
await browser.close();
console.log(JSON.stringify(out));
