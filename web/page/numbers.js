// Numbers as people read them. Every number comes rounded from engine/report/numbers.cpp; here it only gets
// its commas, its sign and its words.

// As the C++ function of this name in engine/results, with the minus sign of print.
export function shown(value, decimals, sign = false) {
  if (value === null || value === undefined) return "–";
  const [whole, part] = Math.abs(value).toFixed(Math.max(0, decimals)).split(".");
  const text = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",") + (part ? `.${part}` : "");
  const zero = !/[1-9]/.test(text);
  return (zero ? "" : value < 0 ? "−" : sign ? "+" : "") + text;
}
export const rangeText = (low, high, decimals, sign = false) =>
  low === null || low === undefined
    ? "not known"
    : `${shown(low, decimals, sign)} to ${shown(high, decimals, sign)}`;
export const perCent = (value) => (value === null || value === undefined ? "–" : `${shown(value, 0)}%`);

// A level is [mean, low, high]; a difference [mean, low, high, error, per cent of replicates with less,
// sign].
export const levelText = ([mean, low, high], decimals) =>
  `${shown(mean, decimals)} (${rangeText(low, high, decimals)})`;
export const UNCLEAR = 0;
export const CLEAR = 1;
export const SAME = 2;
export const signOf = (difference) => difference[5] ?? UNCLEAR;
export const meanText = (difference, decimals) =>
  ({
    [UNCLEAR]: "unclear",
    [CLEAR]: difference[0] === 0 ? "about 0" : shown(difference[0], decimals, true),
    [SAME]: "none",
  })[signOf(difference)];
// A clear difference with its sign, else the word for it.
export const clearText = (difference, decimals) =>
  signOf(difference) === CLEAR ? shown(difference[0], decimals, true) : meanText(difference, decimals);
export const errorText = (difference, decimals) =>
  difference[3] === null ? "–" : shown(difference[3], decimals);
// "−71 (error 23), 90%: −317 to +214"
export const differenceText = (difference, decimals) =>
  signOf(difference) === SAME
    ? "no difference"
    : `${meanText(difference, decimals)} (error ${errorText(difference, decimals)}), 90%: ` +
      `${rangeText(difference[1], difference[2], decimals, true)}`;

// "71 fewer", "£14 million less", "unclear": the mean difference in words.
export function sizeText(difference, decimals, unit, lessWord) {
  if (signOf(difference) === SAME) return "no difference";
  if (signOf(difference) === UNCLEAR) return "unclear";
  if (difference[0] === 0) return "hardly any difference";
  const size = shown(Math.abs(difference[0]), decimals);
  const word = difference[0] < 0 ? lessWord : "more";
  if (unit === "£ million") return `£${size} million ${word}`;
  if (unit === "£ a week") return `£${size} a week ${word}`;
  return unit === "per cent" ? `${size} percentage points ${word}` : `${size} ${word}`;
}
// "£172.9 million", "£1,870 a week", "8.9%", "22.5": a level in words.
export function valueText(value, decimals, unit) {
  const size = shown(value, decimals);
  return unit === "£ million"
    ? `£${size} million`
    : unit === "£ a week"
      ? `£${size} a week`
      : unit === "per cent"
        ? `${size}%`
        : size;
}
export const lower = (text) =>
  /^[A-Z](?![A-Z])/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;

// Words in lines of at most so many letters, for labels in charts.
export const wrapped = (text, letters) =>
  text
    .split(" ")
    .reduce(
      (lines, word) => {
        const line = lines.at(-1);
        if (line && line.length + 1 + word.length > letters) lines.push(word);
        else lines[lines.length - 1] = line ? `${line} ${word}` : word;
        return lines;
      },
      [""],
    )
    .join("\n");
