// Year by year; money; staff and practice; places and ages; who gains.

function years() {
  return part("years", "Year by year",
    paragraph(`On the left what ${baseName} leads to, on the right how the other ways of working differ from it. Every mean is over ${data.replicates} replicates; bands and bars hold nine in ten of them.`),
    element("div", { class: "figures two" }, ...["looked_after", "care_entries", "child_protection_plans", "children_in_need", "referrals", "caseload", "cost_authority"]
      .flatMap((key) => [levelChart(key), others.length ? differenceChart(key) : null]).filter(Boolean)));
}

// ---- money

const netCost = (key) => (key === "cost_total" ? "Net cost to all payers" : area.kind === "authority" ? "Net cost to the council" : "Net cost to councils");
const moneySize = (d, decimals) => sizeText(d, decimals, "£ million", "less");

function savingRows(key) {
  const saving = area.saving[key];
  return periods.flatMap((period, t) => others.map((arm) => ({ period, arm, d: saving.cumulative[arm][t] })));
}
function savingTable(key) {
  const { decimals } = area.saving[key];
  return table(`${netCost(key)} since the start (£ million), ${area.name}`,
    ["By", "Way of working", n("Mean difference"), n("Monte Carlo error"), n("90% of replicates"), n("Replicates that cost less"), n("Have paid back for good")],
    savingRows(key).map(({ period, arm, d }) => [period.end, arms[arm].title, meanText(d, decimals), errorText(d, decimals), rangeText(d[1], d[2], decimals, true), perCent(d[4]), perCent(d[6])]));
}
const savingFile = (key) => ({
  head: ["By", "Way of working", "Mean difference, £ million", "Monte Carlo error", "90% from", "90% to", "Per cent of replicates that cost less", "Per cent that have paid back for good"],
  rows: savingRows(key).map(({ period, arm, d }) => [period.end, arms[arm].title, d[0], d[3], d[1], d[2], d[4], d[6]]),
});

function netCostChart(key, compact = false) {
  const { cumulative, decimals } = area.saving[key];
  const differences = (arm) => cumulative[arm];
  const said = saidDifferences(differences, decimals, (period) => `By ${period.end}`);
  return figure({
    id: `${compact ? "front-" : ""}net-${key}`, compact, height: compact ? 240 : 260, values: said,
    message: `${netCost(key)} by ${endMonth}: ${sizesText((arm) => cumulative[arm][last], decimals, "£ million", "less")}`,
    measure: `${netCost(key)} since the start: difference from ${baseName} (£ million)`,
    note: `Bars: 90% of replicates${compact && data.dates.length > 1 ? `, in ${data.dates.map((t) => periods[t].short).join(" and ")}` : ""}.${hollowNote(differences)}`,
    option: differencePlot(differences, decimals, differenceScale(differences), said, compact),
    shownTable: savingTable(key), file: savingFile(key),
  });
}

function paidBackChart(key) {
  const saving = area.saving[key];
  const said = periods.map((period, t) => [`By ${period.end}`, ...others.map((arm) => `${arms[arm].title}: ${perCent(saving.cumulative[arm][t][4])} of replicates have cost less`)].join("\n"));
  const message = `${netCost(key)} is lower by ${endMonth} in ` + others.map((arm) => `${perCent(saving.cumulative[arm][last][4])} of replicates with ${lower(arms[arm].title)}`).join(", ");
  return figure({
    id: `paid-back-${key}`, message, height: 240, values: said,
    measure: `Replicates with a lower ${lower(netCost(key))} so far than ${baseName} (per cent)`,
    note: others.map((arm) => `${arms[arm].title}: ${saving.break_even[arm] === null ? "fewer than half have paid back for good by the end" : `half have paid back for good by ${periods[saving.break_even[arm]].end}`}`).join(". ") + ".",
    option: (width) => ({
      grid: { left: 12, right: labelRoom(width), top: 14, bottom: 8, containLabel: true },
      xAxis: yearsAxis(periods.map((p) => p.short), width / periods.length > 50),
      yAxis: { type: "value", min: 0, max: 100, ...plainAxis(), axisLabel: { ...font(), formatter: (v) => `${v}%` } }, tooltip: tooltip(said),
      series: [
        readerOf(periods.map(() => 0)),
        { type: "line", data: periods.map(() => 50), symbol: "none", lineStyle: { color: ink, width: 1, type: "dotted" }, ...endLabel("Half", look(base), width) },
        ...others.map((arm) => lineOf(arm, saving.cumulative[arm].map((d) => d[4]), width))],
    }),
    shownTable: savingTable(key), file: savingFile(key),
  });
}

function spendingTable() {
  const columns = ["Who pays for what", ...data.dates.flatMap((t) => [
    { name: `${arms[base].title}, to ${periods[t].month}`, number: true, group: `To ${periods[t].month}`, short: arms[base].title },
    ...others.map((arm) => ({ name: `${arms[arm].title}: difference, to ${periods[t].month}`, number: true, group: `To ${periods[t].month}`, short: `${arms[arm].title}: difference` }))])];
  const rows = area.spending.map(({ name, decimals, spans }) => [name, ...spans.flatMap(({ baseline, difference }) => [
    levelCell(baseline, decimals), ...others.map((arm) => differenceCell(difference[arm], decimals))])]);
  const file = area.spending.flatMap(({ name, spans }) => spans.flatMap(({ baseline, difference }, i) => others.map((arm) => {
    const d = difference[arm];
    return [name, periods[data.dates[i]].end, arms[arm].title, ...baseline, d[0], d[3], d[1], d[2]];
  })));
  const caption = `Spending by line since the start (£ million), ${area.name}`;
  return element("div", { id: "spending" }, scrolling(caption, table(caption, columns, rows, { kind: "two-lines", cards: true })),
    csvButton("Spending by line", ["Line", "To", "Way of working", "Baseline mean, £ million", "90% from", "90% to", "Mean difference", "Monte Carlo error", "Difference 90% from", "Difference 90% to"], file));
}

function money() {
  if (!area.saving) return null;
  const payers = data.payers;
  const atEnd = (key, arm) => area.saving[key].cumulative[arm].at(-1);
  const byPayer = others.length ? dots({
    id: "payers", message: `All payers together, to ${endMonth}: ${sizesText((arm) => atEnd("cost_total", arm), area.saving.cost_total.decimals, "£ million", "less")}`,
    measure: `Net cost by who pays, since the start: difference from ${baseName} (£ million)`, head: "Who pays",
    categories: payers.map(({ name }) => name), who: others, points: others.map((arm) => payers.map(({ key }) => atEnd(key, arm))),
    decimals: Math.max(...payers.map(({ key }) => area.saving[key].decimals)), sign: true, unit: "£ million" }) : null;
  return part("money", "Money: who pays for what, and whether it comes back",
    paragraph("Pounds of 2021-22 as they are spent, without inflation or discounting. A replicate has paid back for good once all it cost more has come back and stays so to the end."),
    others.length ? element("div", { class: "figures two" }, netCostChart("cost_authority"), paidBackChart("cost_authority"), netCostChart("cost_total"), paidBackChart("cost_total")) : null,
    byPayer, element("h3", { text: "Spending by line" }), spendingTable(),
    area.compared.placement_cost ? element("div", { class: "figures two" }, levelChart("placement_cost"), others.length ? differenceChart("placement_cost") : null) : null);
}

// ---- staff and practice

function staff() {
  if (!area.practice) return null;
  return part("staff", "Staff, and how far the models are practised",
    paragraph("Posts are full-time equivalents. Practitioners are those whom a service model needs as well as social workers: for domestic abuse, mental health, substance misuse and others."),
    others.length ? element("div", { class: "figures two" }, differenceChart("practitioners_fte"), differenceChart("social_workers_fte")) : null,
    element("div", { class: "figures two" }, levelChart("social_workers_fte"), ...["vacancy_rate", "fidelity", "leadership"].map(levelsChart)),
    paragraph(`Fidelity runs from 0 per cent (nobody works that way) to 100 (everybody does, with all posts filled). Effects grow with it. Training and time build it, leadership and peers keep it; it is lost with every experienced worker who leaves, when leaders change, and when a grant ends that nobody replaces. ${area.practised_before}`.trim()));
}

// ---- looked-after children by placement and age

function mix() {
  if (!area.mix) return null;
  const chart = (id, { decimals, rows }, words, what) => {
    const categories = rows.map(({ key }) => words[key] || key);
    const most = rows.map((_, i) => i).sort((a, b) => rows[b].baseline[0] - rows[a].baseline[0])[0];
    const levels = dots({ id: `${id}-level`, message: `${categories[most]}: ${shown(rows[most].baseline[0], decimals)} of the looked-after children in ${endMonth} under ${baseName}`,
      measure: `${what} in ${endMonth} (children), ${baseName}`, head: "Group", categories, who: [base], points: [rows.map(({ baseline }) => baseline)], decimals, sign: false, unit: "children" });
    if (!others.length) return [levels];
    // What is clear, the largest first.
    const clear = (arm) => rows.map((_, i) => i).filter((i) => signOf(rows[i].difference[arm]) === CLEAR)
      .sort((a, b) => Math.abs(rows[b].difference[arm][0]) - Math.abs(rows[a].difference[arm][0]));
    const told = (arm) => clear(arm).slice(0, 2).map((i) => `${lower(categories[i])} ${sizeText(rows[i].difference[arm], decimals, "", "fewer")}`).join(", ") || "no clear difference in any group";
    const changes = dots({ id: `${id}-difference`,
      message: others.map((arm) => `${arms[arm].title}: ${told(arm)}`).join("; "),
      measure: `${what} in ${endMonth}: difference from ${baseName} (children)`, head: "Group", categories, who: others, points: others.map((arm) => rows.map(({ difference }) => difference[arm])), decimals, sign: true, unit: "children" });
    return [levels, changes];
  };
  return part("mix", "Places needed by type, and ages",
    paragraph("Homes and foster carers never run out in the simulation, and a move is no more likely in one place than in another: read the types of place with care."),
    element("div", { class: "figures two" }, ...chart("placements", area.mix.placements, placementWords, "Places needed by type"), ...chart("ages", area.mix.ages, ageWords, "Looked-after children by age")));
}

// ---- by deprivation

function gains() {
  const found = area.gains;
  const columns = [0, 1, 2, 3, 4];
  if (!found || !columns.some((c) => found.rate[base][c])) return null;
  const rate = (c) => (found.rate[base][c] ? shown(found.rate[base][c][0], 1) : "not known");
  const rates = dots({ id: "gains-rate", message: `Children entering care: ${rate(0)} per 10,000 in the least deprived fifth, ${rate(4)} in the most deprived, under ${baseName}`,
    measure: `Children entering care per 10,000 children, ${periods[last].label}, ${baseName}`, head: "Neighbourhood",
    categories: columns.map((c) => fifthWords[c]), who: [base], points: [columns.map((c) => found.rate[base][c])], decimals: 1, sign: false, unit: "per 10,000 children a year" });
  const change = others.length ? dots({ id: "gains-difference",
    message: others.map((arm) => `${arms[arm].title}: ${[0, 4].map((c) => `${lower(fifthWords[c])} ${found.difference[arm][c] ? (signOf(found.difference[arm][c]) === CLEAR ? `${shown(found.difference[arm][c][0], 1, true)}%` : meanText(found.difference[arm][c], 1)) : "not known"}`).join(", ")}`).join("; "),
    measure: `Change in that rate from ${baseName} (per cent)`, head: "Neighbourhood",
    categories: columns.map((c) => fifthWords[c]), who: others, points: others.map((arm) => columns.map((c) => found.difference[arm][c])), decimals: 1, sign: true, unit: "per cent" }) : null;
  return part("gains", "Who gains: by deprivation of the neighbourhood",
    paragraph("Fifths of England’s children, by income deprivation where they live. The model knows what needs a family has and where it lives; it does not know ethnicity, disability or the quality of services for any group."),
    element("div", { class: "figures two" }, rates, change));
}
