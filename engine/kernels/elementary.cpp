#include "kernels/elementary.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace hearth::elementary {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

// ---- Numbers of twice the digits (Dekker 1971, A floating-point technique for extending the available
// precision) ----

// high + low, where high is the sum rounded.
struct Pair {
  double high = 0.0;
  double low = 0.0;
};

// The sum of two numbers, exactly; of the first, not the smaller one, and the second.
constexpr Pair ordered_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}
// Of any two.
constexpr Pair exact_sum(double a, double b) {
  const double sum = a + b;
  const double part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}
// The upper 26 bits, and the lower.
constexpr Pair halves(double a) {
  const double shifted = 134217729.0 * a;  // 2^27 + 1
  const double high = shifted - (shifted - a);
  return {high, a - high};
}
// The product of two numbers, exactly. Both ways give the same.
constexpr Pair exact_product(double a, double b) {
  const double product = a * b;
#if defined(__FMA__) || defined(__aarch64__)
  if (!std::is_constant_evaluated()) return {product, __builtin_fma(a, b, -product)};
#endif
  const Pair x = halves(a);
  const Pair y = halves(b);
  return {product, ((x.high * y.high - product) + x.high * y.low + x.low * y.high) + x.low * y.low};
}

constexpr Pair operator-(const Pair& a) {
  return {-a.high, -a.low};
}
constexpr Pair operator+(const Pair& a, const Pair& b) {
  const Pair high = exact_sum(a.high, b.high);
  const Pair low = exact_sum(a.low, b.low);
  const Pair sum = ordered_sum(high.high, high.low + low.high);
  return ordered_sum(sum.high, sum.low + low.low);
}
constexpr Pair operator+(const Pair& a, double b) {
  const Pair sum = exact_sum(a.high, b);
  return ordered_sum(sum.high, sum.low + a.low);
}
constexpr Pair operator*(const Pair& a, const Pair& b) {
  const Pair product = exact_product(a.high, b.high);
  return ordered_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}
constexpr Pair operator*(const Pair& a, double b) {
  const Pair product = exact_product(a.high, b);
  return ordered_sum(product.high, product.low + a.low * b);
}
constexpr Pair operator/(const Pair& a, const Pair& b) {
  const double first = a.high / b.high;
  const Pair rest = a + -(b * first);
  const double second = rest.high / b.high;
  const double third = (rest + -(b * second)).high / b.high;
  return ordered_sum(first, second) + third;
}
constexpr Pair one_over(double n) {
  return Pair{1.0} / Pair{n};
}

// x 2^power.
double scaled(double x, int power) {
  constexpr int kBias = 1023;
  if (power <= -kBias || power > kBias) return std::ldexp(x, power);
  return x * std::bit_cast<double>(static_cast<std::uint64_t>(power + kBias) << 52);
}

// The whole number nearest to x, below 2^51.
double nearest(double x) {
  constexpr double kRound = 0x1.8p52;
  return (x + kRound) - kRound;
}

// ---- Tables, made from few numbers as the program is compiled ----

// log(2) / 128, log(2) and a quarter turn, in parts of which the product with a whole number (below 2^20,
// 2^12 and 2^20) is exact but for the last.
constexpr std::array kLog2Share = {0x1.62e42feep-8, 0x1.a39ef356p-40, 0x1.93c7673007e5fp-72};
constexpr double kLog2 = 0x1.62e42fefa2p-1;
constexpr Pair kLog2Rest = {0x1.9ef35793c7673p-41, 0x1.f97b57a079a19p-103};
constexpr std::array kQuarter = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2e037073p-69};

constexpr Pair kHalf = {0.5};
constexpr Pair kThird = one_over(3.0);
constexpr Pair kSixth = one_over(6.0);
constexpr Pair k24th = one_over(24.0);

// e^r - 1 for |r| up to 0.003: of the series, what counts most in pairs.
constexpr Pair small_expm1(const Pair& r) {
  const double x = r.high;
  const double tail = x * (1.0 / 24 + x * (1.0 / 120 + x * (1.0 / 720 + x * (1.0 / 5040 + x / 40320))));
  return r + r * r * (kHalf + r * (kSixth + tail));
}

// log(1 + r) for |r| up to 0.003.
constexpr Pair small_log1p(const Pair& r) {
  const double x = r.high;
  const double tail = x * (1.0 / 5 - x * (1.0 / 6 - x * (1.0 / 7 - x * (1.0 / 8 - x / 9))));
  return r + r * r * (-kHalf + r * (kThird + r * (Pair{-0.25} + tail)));
}

struct SineAndCosine {
  Pair sine, cosine;
};
// Of b, |b| up to 1/128.
constexpr SineAndCosine small_angle(const Pair& b) {
  const Pair square = b * b;
  const double x = square.high;
  const double sine = x * (1.0 / 120 - x * (1.0 / 5040 - x / 362880));
  const double cosine = -x * (1.0 / 720 - x * (1.0 / 40320 - x / 3628800));
  return {b + b * square * (-kSixth + sine), square * (-kHalf + square * (k24th + cosine)) + 1.0};
}
constexpr SineAndCosine sum_of_angles(const SineAndCosine& a, const SineAndCosine& b) {
  return {a.sine * b.cosine + a.cosine * b.sine, a.cosine * b.cosine + -(a.sine * b.sine)};
}

constexpr std::array<Pair, 28> kOneOver = [] {
  std::array<Pair, 28> out{};
  for (std::size_t n = 1; n < out.size(); ++n) out[n] = one_over(static_cast<double>(n));
  return out;
}();

// 2^(j / 128), by the series.
constexpr std::size_t kSteps = 128;
constexpr std::array<Pair, kSteps> kPowersOfTwo = [] {
  std::array<Pair, kSteps> out{};
  for (std::size_t j = 0; j < kSteps; ++j) {
    const Pair x = (kLog2Rest + kLog2) * (static_cast<double>(j) / kSteps);
    out[j] = {1.0};
    for (std::size_t n = 27; n > 0; --n) out[j] = x * out[j] * kOneOver[n] + 1.0;
  }
  return out;
}();

// log(i / 256), for i from 181 to 363.
constexpr int kFirstLog = 181;
constexpr int kWhole = 256;
constexpr std::array<Pair, 183> kLogs = [] {
  std::array<Pair, 183> out{};
  // log((i + 1) / i), by the series of the inverse hyperbolic tangent.
  const auto step = [](int i) {
    const Pair t = one_over(2 * i + 1);
    const Pair square = t * t;
    Pair sum = one_over(13);
    for (int n = 11; n > 0; n -= 2) sum = one_over(n) + square * sum;
    return t * sum * 2.0;
  };
  for (int i = kWhole; i + 1 < kFirstLog + static_cast<int>(out.size()); ++i)
    out[static_cast<std::size_t>(i + 1 - kFirstLog)] = out[static_cast<std::size_t>(i - kFirstLog)] + step(i);
  for (int i = kWhole - 1; i >= kFirstLog; --i)
    out[static_cast<std::size_t>(i - kFirstLog)] =
        out[static_cast<std::size_t>(i + 1 - kFirstLog)] + -step(i);
  return out;
}();

// Of j / 64, up to an eighth of a turn.
constexpr double kAngles = 64.0;
constexpr std::array<SineAndCosine, 52> kAngleTable = [] {
  std::array<SineAndCosine, 52> out{};
  for (std::size_t j = 0; j < out.size(); ++j) {
    const double angle = static_cast<double>(j) / kAngles;
    const Pair square = exact_product(angle, angle);
    Pair sine = {1.0};
    Pair cosine = {1.0};
    for (std::size_t n = 26; n > 0; n -= 2) {
      sine = -(square * sine * kOneOver[n] * kOneOver[n + 1]) + 1.0;
      cosine = -(square * cosine * kOneOver[n - 1] * kOneOver[n]) + 1.0;
    }
    out[j] = {sine * angle, cosine};
  }
  return out;
}();

// ---- The functions, in pairs ----

// e^x is (2^(j / 128) + more) 2^power, |x| up to 800.
struct Exponential {
  Pair reduced;  // e^reduced - 1 is `more` of one
  std::size_t j;
  int power;

  explicit Exponential(const Pair& x) {
    const double k = nearest(x.high * (1.0 / (kLog2Share[0] + kLog2Share[1])));
    reduced = exact_sum(x.high - k * kLog2Share[0], -k * kLog2Share[1]);
    reduced = ordered_sum(reduced.high, reduced.low + (x.low - k * kLog2Share[2]));
    const int whole = static_cast<int>(k);
    j = static_cast<std::size_t>(whole) % kSteps;
    power = (whole - static_cast<int>(j)) / static_cast<int>(kSteps);
  }
  bool is_small() const { return j == 0 && power == 0; }
  // Without the power of two.
  Pair value() const {
    const Pair& step = kPowersOfTwo[j];
    return step + step * small_expm1(reduced);
  }
};

// A finite number above zero, as (1 + rest) 2^power / (i / 256); `table` is log(i / 256).
struct ReducedLog {
  Pair rest;
  const Pair* table;
  int power = 0;

  explicit ReducedLog(double x) {
    if (x < std::numeric_limits<double>::min()) {
      x *= 0x1p54;
      power = -54;
    }
    // x = m 2^power with m from sqrt(1/2) to sqrt(2).
    constexpr std::uint64_t kRootHalf = 0x3FE6A09E667F3BCDULL;
    const auto shifted = static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(x) - kRootHalf);
    power += static_cast<int>(shifted >> 52);
    const double m =
        std::bit_cast<double>((static_cast<std::uint64_t>(shifted) & 0xFFFFFFFFFFFFFULL) + kRootHalf);
    const double i = nearest(kWhole / m);
    rest = exact_product(m, i / kWhole) + -1.0;
    table = &kLogs[static_cast<std::size_t>(static_cast<int>(i) - kFirstLog)];
  }
};

// Of a finite number above zero.
Pair logarithm(double x) {
  const ReducedLog reduced(x);
  return Pair{reduced.power * kLog2} + kLog2Rest * reduced.power +
         (small_log1p(reduced.rest) + -*reduced.table);
}

double rounded(const Pair& x) {
  return x.high + x.low;
}

// ---- The functions, quickly ----
//
// A value of some 60 binary digits, with a bound of its error, is mostly enough to say to which double the
// true value rounds; where it is not, one time in sixty or less, the pairs decide (Ziv 1991, Fast evaluation
// of elementary mathematical functions with correctly rounded last bit). So these change no value.

struct Quick {
  double high = 0.0;
  double low = 0.0;
  double error = 0.0;  // high + low is no further than this from the true value

  bool is_certain() const { return high + (low - error) == high + (low + error); }
  double value() const { return high + low; }
};

// As Exponential::value. `error` is that of the exponent.
Quick quick_value(const Exponential& e, double error = 0.0) {
  const double x = e.reduced.high;
  const double tail = x * x * (0.5 + x * (1.0 / 6 + x * (1.0 / 24 + x * (1.0 / 120 + x / 720))));
  const Pair& step = kPowersOfTwo[e.j];
  // A product and two sums of up to 0.006, each rounded: below 2^-60 in all.
  return {step.high, step.low + step.high * (x + (e.reduced.low + tail)), 0x1p-59 + 3.0 * error};
}

// As logarithm().
Quick quick_logarithm(double x) {
  const ReducedLog reduced(x);
  const double r = reduced.rest.high;
  const double square = r * r;
  const double tail =
      square * (-0.5 + r * (1.0 / 3 - r * (1.0 / 4 - r * (1.0 / 5 - r * (1.0 / 6 - r * (1.0 / 7 - r / 8))))));
  const Pair whole = exact_sum(reduced.power * kLog2, -reduced.table->high);
  const Pair sum = exact_sum(whole.high, r);
  const double small = kLog2Rest.high * reduced.power - reduced.table->low + reduced.rest.low * (1.0 - r);
  // What is rounded is below r^2 (four times), or below 2^-28.
  return {sum.high, sum.low + whole.low + small + tail, 0x1p-50 * square + 0x1p-78};
}

// e^x for a pair; beyond the range of doubles zero or infinity.
double exp(const Pair& x) {
  if (x.high > 710.0) return kInfinity;
  if (x.high < -746.0) return 0.0;
  const Exponential e(x);
  const Quick quick = quick_value(e);
  return scaled(quick.is_certain() ? quick.value() : rounded(e.value()), e.power);
}

// The integral of t^(a - 1) (1 - t)^(b - 1) from 0 to x, over x^a (1 - x)^b / a: a series of which all terms
// are positive, for x up to a half.
Pair beta_series(double a, double b, double x) {
  Pair term = {1.0};
  Pair sum = {1.0};
  for (int n = 0; n < 10000 && term.high > 0x1p-110 * sum.high; ++n) {
    term = term * ((exact_sum(a, b) + n) / (exact_sum(a, n) + 1.0)) * x;
    sum = sum + term;
  }
  return sum;
}

template <std::size_t kSize>
double polynomial(const std::array<double, kSize>& coefficients, double x) {  // the highest power first
  double out = 0.0;
  for (const double c : coefficients) out = out * x + c;
  return out;
}

// Of a + b, where b is up to 1/128 and `a` from the table. What is rounded, left out or of b.low is below
// 2^-65 of the value.
struct SmallAngle {
  double sine_less_angle, cosine_less_one;
  explicit SmallAngle(double b) {
    const double square = b * b;
    sine_less_angle = b * square * (-1.0 / 6 + square * (1.0 / 120 - square / 5040));
    cosine_less_one = square * (-0.5 + square * (1.0 / 24 - square * (1.0 / 720 - square / 40320)));
  }
};
Quick quick_sine(const SineAndCosine& a, const Pair& b) {
  const SmallAngle small(b.high);
  const Pair product = exact_product(a.cosine.high, b.high);
  const Pair sum = exact_sum(a.sine.high, product.high);
  const double low = product.low + a.cosine.low * b.high + a.cosine.high * (b.low + small.sine_less_angle) +
                     a.sine.high * small.cosine_less_one + a.sine.low;
  return {sum.high, sum.low + low, 0x1p-63 * std::abs(sum.high)};
}
Quick quick_cosine(const SineAndCosine& a, const Pair& b) {
  const SmallAngle small(b.high);
  const Pair product = exact_product(-a.sine.high, b.high);
  const Pair sum = exact_sum(a.cosine.high, product.high);
  const double low = product.low - a.sine.low * b.high - a.sine.high * (b.low + small.sine_less_angle) +
                     a.cosine.high * small.cosine_less_one + a.cosine.low;
  return {sum.high, sum.low + low, 0x1p-63 * std::abs(sum.high)};
}

}  // namespace

double exp(double x) {
  return std::isnan(x) ? x : exp(Pair{x});
}

double expm1(double x) {
  if (std::isnan(x) || x == 0.0 || x > 710.0) return x > 710.0 ? kInfinity : x;
  if (x < -60.0) return -1.0;
  const Exponential e(Pair{x});
  if (e.is_small()) return rounded(small_expm1(e.reduced));
  const Pair value = e.value();
  if (e.power > 1000) return scaled(rounded(value), e.power);
  return rounded(Pair{scaled(value.high, e.power), scaled(value.low, e.power)} + -1.0);
}

double log(double x) {
  if (!(x > 0.0)) return x == 0.0 ? -kInfinity : kNotANumber;
  if (std::isinf(x)) return x;
  const Quick quick = quick_logarithm(x);
  return quick.is_certain() ? quick.value() : rounded(logarithm(x));
}

double pow(double x, double y) {
  if (y == 0.0 || x == 1.0) return 1.0;
  if (std::isnan(y) || !(x >= 0.0)) return kNotANumber;
  if (x == 0.0 || std::isinf(x) || std::isinf(y)) return (x > 1.0) == (y > 0.0) ? kInfinity : 0.0;
  const Quick log_x = quick_logarithm(x);
  const double about = log_x.high * y;
  if (std::abs(about) > 746.0) return about > 0.0 ? kInfinity : 0.0;
  if (std::abs(about) < 709.0) {
    const Exponential e(ordered_sum(log_x.high, log_x.low) * y);
    const Quick quick = quick_value(e, log_x.error * std::abs(y));
    if (quick.is_certain()) return scaled(quick.value(), e.power);
  }
  return exp(logarithm(x) * y);
}

double cos(double x) {
  if (!(std::abs(x) <= 1e5)) return kNotANumber;
  const double quarters = nearest(x * (1.0 / kQuarter[0]));
  Pair angle = exact_sum(x - quarters * kQuarter[0], -quarters * kQuarter[1]);
  angle = angle + -exact_product(quarters, kQuarter[2]);
  const bool negative = angle.high < 0.0;
  if (negative) angle = -angle;
  const double j = nearest(kAngles * angle.high);
  const SineAndCosine& table = kAngleTable[static_cast<std::size_t>(j)];
  const Pair rest = angle + -j / kAngles;
  const auto quarter = static_cast<unsigned>(static_cast<int>(quarters)) & 3U;
  const bool is_sine = (quarter & 1U) != 0;
  const bool is_minus = quarter == 2 || (quarter == 1 && !negative) || (quarter == 3 && negative);
  const Quick quick = is_sine ? quick_sine(table, rest) : quick_cosine(table, rest);
  if (quick.is_certain()) return is_minus ? -quick.value() : quick.value();
  const SineAndCosine found = sum_of_angles(table, small_angle(rest));
  const double value = rounded(is_sine ? found.sine : found.cosine);
  return is_minus ? -value : value;
}

// With F(x) the integral of beta_series, the share is F(x) / F(1), and F(1) is F(1/2) plus the same of the
// other side. All are divided by 2^-(a + b), so that none is out of range.
double beta_share_below(double a, double b, double x) {
  if (x <= 0.0) return 0.0;
  if (x > 0.5) return 1.0 - beta_share_below(b, a, 1.0 - x);
  const Pair rest = exact_sum(1.0, -x);
  const Pair log_twice_rest = logarithm(2.0 * rest.high) + rest.low / rest.high;
  const Exponential weight(logarithm(2.0 * x) * a + log_twice_rest * b);
  const Pair below = weight.value() * beta_series(a, b, x) / Pair{a};
  const Pair all = beta_series(a, b, 0.5) / Pair{a} + beta_series(b, a, 0.5) / Pair{b};
  return scaled(rounded(below / all), weight.power);
}

double normal_quantile(double p) {
  static constexpr std::array kMiddle = {
      2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4, 4.5921953931549871457e+4,
      1.3731693765509461125e+4, 1.9715909503065514427e+3, 1.3314166789178437745e+2, 3.3871328727963666080e+0};
  static constexpr std::array kMiddleBelow = {
      5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4,
      5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1.0};
  static constexpr std::array kOuter = {7.74545014278341407640e-4, 2.27238449892691845833e-2,
                                        2.41780725177450611770e-1, 1.27045825245236838258e+0,
                                        3.64784832476320460504e+0, 5.76949722146069140550e+0,
                                        4.63033784615654529590e+0, 1.42343711074968357734e+0};
  static constexpr std::array kOuterBelow = {1.05075007164441684324e-9, 5.47593808499534494600e-4,
                                             1.51986665636164571966e-2, 1.48103976427480074590e-1,
                                             6.89767334985100004550e-1, 1.67638483018380384940e+0,
                                             2.05319162663775882187e+0, 1.0};
  static constexpr std::array kFar = {2.01033439929228813265e-7, 2.71155556874348757815e-5,
                                      1.24266094738807843860e-3, 2.65321895265761230930e-2,
                                      2.96560571828504891230e-1, 1.78482653991729133580e+0,
                                      5.46378491116411436990e+0, 6.65790464350110377720e+0};
  static constexpr std::array kFarBelow = {2.04426310338993978564e-15, 1.42151175831644588870e-7,
                                           1.84631831751005468180e-5,  7.86869131145613259100e-4,
                                           1.48753612908506148525e-2,  1.36929880922735805310e-1,
                                           5.99832206555887937690e-1,  1.0};
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return polynomial(kMiddle, r) * q / polynomial(kMiddleBelow, r);
  }
  const double r = std::sqrt(-log(q < 0.0 ? p : 1.0 - p));
  const double out = r <= 5.0 ? polynomial(kOuter, r - 1.6) / polynomial(kOuterBelow, r - 1.6)
                              : polynomial(kFar, r - 5.0) / polynomial(kFarBelow, r - 5.0);
  return q < 0.0 ? -out : out;
}

}  // namespace hearth::elementary
