// The ends and steps of an axis.

// Round ends and steps. From zero, unless that would hide what there is to see: the chart then says where it
// starts.
export function scaleOf(values) {
  const all = values.filter((v) => v !== null && v !== undefined);
  const most = Math.max(0, ...all);
  const least = Math.min(...all);
  if (all.length === 0 || (most <= 0 && least >= 0)) return { min: 0, max: 1, interval: 0.5 };
  const low =
    least < 0 ? least : least > 0.4 * most && most - least > 0.02 * most ? least - 0.1 * (most - least) : 0;
  const rough = Math.max(most - low, 1e-6) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((x) => x * power).find((x) => x >= rough * 0.999);
  return { min: Math.floor(low / step) * step, max: Math.ceil(most / step) * step, interval: step };
}
export const stepDecimals = (step) =>
  Math.max(0, Math.min(3, (String(+step.toPrecision(6)).split(".")[1] || "").length));
