/**
 * The shortest text that reads back as the same number.
 * @source gnulib ftoastr.c: `%.*g` with growing precision
 */

export function shortestFloat(value: number, isSingle: boolean): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  const most = isSingle ? 9 : 17;
  for (let precision = isSingle ? 6 : 15; ; precision++) {
    const text = generalFloat(value, precision);
    const read = isSingle ? Math.fround(Number(text)) : Number(text);
    if (read === value || precision >= most) return text;
  }
}

/** `%.*g` of printf(3). */
export function generalFloat(value: number, precision: number): string {
  const significant = Math.max(1, precision);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const magnitude = Math.abs(value);
  if (magnitude === 0) return `${sign}0`;
  const [digits = "", power = "0"] = magnitude.toExponential(significant - 1).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= significant) {
    const mark = `e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
    return sign + digits.replace(/\.?0+$/, "") + mark;
  }
  const plain = magnitude.toFixed(Math.max(0, significant - 1 - exponent));
  return sign + (plain.includes(".") ? plain.replace(/\.?0+$/, "") : plain);
}
