// Exponentials, logarithms, powers and the like, outside hot loops. C libraries disagree in the last bit of
// one value in a thousand; these are the same on every machine, because what is computed is fixed, not how:
// each value is worked out by plain arithmetic to so many digits that it is clear how it rounds, at most to
// twice the digits of a double, and rounded once. So it is the double nearest to the true value in all but
// fewer than one case in a thousand million (and for pow, where the true value is itself half-way between two
// doubles).
#pragma once

namespace hearth::elementary {

// e^x. Below 2^-1022 the result may be off by one unit.
double exp(double x);

// e^x - 1, without loss where x is small.
double expm1(double x);

// Natural logarithm; of zero minus infinity, of less not a number.
double log(double x);

// x^y for x not negative, else not a number.
double pow(double x, double y);

// Cosine of an angle in radians, of up to 10^5 to either side; beyond that not a number.
double cos(double x);

// The share of a beta distribution with shapes a and b, both above zero, that lies below x in [0, 1].
double beta_share_below(double a, double b, double x);

// The standard normal deviate of which a share p in (0, 1) lies below, to about 10^-16 of it: by the rational
// functions of algorithm AS 241, PPND16 (Wichura 1988, Applied Statistics 37), not rounded as above.
double normal_quantile(double p);

}  // namespace hearth::elementary
